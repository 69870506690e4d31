package dev.berth.gateway.metrics;

import dev.berth.gateway.fleet.InstanceRoutes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayStatus;
import dev.berth.schemas.TriggerPartition;
import dev.berth.schemas.TriggerStatus;
import dev.berth.telemetry.Metric;
import dev.berth.telemetry.Telemetry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What topics tell of the fleet, of triggers and of replays, for whoever asks this gateway; each gateway tells the same. Read on the
 * thread of who asks.
 */
public final class FleetMeters {
    /** A worker that has said nothing for so long serves the trigger no more: another tells of its partitions. */
    private static final long SILENT_MS = TimeUnit.SECONDS.toMillis(30);

    private static final Set<ReplayState> UNDER_WAY = Set.of(ReplayState.PREPARING, ReplayState.RUNNING);

    private final TopicTable<InstanceStatus> instances;
    private final TopicTable<Assignment> fleet;
    private final TopicTable<TriggerStatus> triggers;
    private final TopicTable<ReplayStatus> replays;

    public FleetMeters(
            TopicTable<InstanceStatus> instances,
            TopicTable<Assignment> fleet,
            TopicTable<TriggerStatus> triggers,
            TopicTable<ReplayStatus> replays) {
        this.instances = instances;
        this.fleet = fleet;
        this.triggers = triggers;
        this.replays = replays;
    }

    /** Adds its gauges. */
    public void bindTo(Telemetry telemetry) {
        telemetry.rows(Metric.INSTANCES, this::states);
        telemetry.rows(Metric.TRIGGER_LAG, () -> ofTriggers(FleetMeters::lag));
        telemetry.rows(Metric.TRIGGER_IN_FLIGHT, () -> ofTriggers(TriggerStatus::getInFlight));
        telemetry.rows(Metric.REPLAY_UNFINISHED, () -> ofReplays(ReplayStatus::getUnfinished));
        telemetry.rows(
                Metric.REPLAY_PUBLISHED,
                () -> ofReplays(status -> status.getCounts().getPublished()));
    }

    private Map<List<String>, Double> states() {
        Set<String> ids = new TreeSet<>();
        instances.scan("", null).forEach(row -> ids.add(row.getKey()));
        fleet.scan("", null).forEach(row -> ids.add(row.getKey()));
        Map<List<String>, Double> states = new HashMap<>();
        ids.forEach(
                id -> states.merge(List.of(InstanceRoutes.state(instances.get(id), fleet.get(id))), 1.0, Double::sum));
        return states;
    }

    private Map<List<String>, Double> ofTriggers(ToDoubleFunction<TriggerStatus> figure) {
        long since = System.currentTimeMillis() - SILENT_MS;
        Map<List<String>, Double> rows = new HashMap<>();
        triggers.scan("", null)
                .map(Map.Entry::getValue)
                .filter(status -> status.getAtMs() >= since)
                .forEach(status -> rows.merge(
                        List.of(status.getTenant(), status.getUuid()), figure.applyAsDouble(status), Double::sum));
        return rows;
    }

    private Map<List<String>, Double> ofReplays(ToDoubleFunction<ReplayStatus> figure) {
        Map<List<String>, Double> rows = new HashMap<>();
        replays.scan("", null)
                .map(Map.Entry::getValue)
                .filter(status -> UNDER_WAY.contains(status.getState()))
                .forEach(status -> rows.put(List.of(status.getTenant(), status.getId()), figure.applyAsDouble(status)));
        return rows;
    }

    private static double lag(TriggerStatus status) {
        double lag = 0;
        for (TriggerPartition partition : status.getPartitions()) {
            // Nothing committed yet: where it reads is the next best.
            long finished = partition.getCommitted() < 0 ? partition.getPosition() : partition.getCommitted();
            lag += Math.max(0, partition.getEnd() - finished);
        }
        return lag;
    }
}
