package dev.berth.gateway.events.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerPartition;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How a trigger does, over all processes that serve it. A process that has said nothing for {@value #SILENT_MS} ms is taken to be gone:
 * its counts stay, its partitions and rates do not.
 */
public final class TriggerSums {
    /** Processes speak once a second, or each ten where nothing changes. */
    static final long SILENT_MS = 25_000;

    /** Who does anything speaks each second: rates that are older are of something that has ended. */
    private static final long RATE_MS = 3_000;

    private static final List<String> WORST_FIRST = List.of("error", "limit", "executors", "source", "paused", "none");

    private final Trigger trigger;
    private final List<TriggerStatus> all;
    private final List<TriggerStatus> alive;
    private final List<TriggerStatus> busy;

    /** @param all what each process said last */
    public TriggerSums(Trigger trigger, List<TriggerStatus> all, long nowMs) {
        this.trigger = trigger;
        this.all = all;
        this.busy = all.stream()
                .filter(status -> nowMs - status.getAtMs() <= RATE_MS)
                .toList();
        this.alive = all.stream()
                .filter(status -> nowMs - status.getAtMs() <= SILENT_MS)
                .toList();
    }

    /** In one word: paused, running, error, or unserved if no process serves triggers. */
    public String state() {
        if (trigger.getState() != TriggerState.ENABLED) {
            return "paused";
        }
        if (alive.isEmpty()) {
            return "unserved";
        }
        return error().isPresent() ? "error" : "running";
    }

    /** Why it does not run as it should, and what to do. */
    public Optional<String> error() {
        if (trigger.getState() == TriggerState.ENABLED && alive.isEmpty()) {
            return Optional.of(
                    "No process serves it. It has just been made, or none runs: ./berth up has one, and ./berth triggers"
                            + " is one.");
        }
        return alive.stream()
                .map(TriggerStatus::getError)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Records that are finished. */
    public long done() {
        return sum(TriggerStatus::getDone);
    }

    /** As JSON. */
    public ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("state", state())
                .put("workers", alive.size())
                .put(
                        "lag",
                        partitions().values().stream()
                                .mapToLong(TriggerSums::lag)
                                .sum())
                .put(
                        "inFlight",
                        alive.stream().mapToLong(TriggerStatus::getInFlight).sum())
                .put(
                        "readPerSecond",
                        rounded(busy.stream()
                                .mapToDouble(TriggerStatus::getReadPerSecond)
                                .sum()))
                .put(
                        "donePerSecond",
                        rounded(busy.stream()
                                .mapToDouble(TriggerStatus::getDonePerSecond)
                                .sum()))
                .put("bottleneck", bottleneck())
                .put("read", sum(TriggerStatus::getRead))
                .put("filtered", sum(TriggerStatus::getFiltered))
                .put("invoked", sum(TriggerStatus::getInvoked))
                .put("done", done())
                .put("failed", sum(TriggerStatus::getFailed));
        error().ifPresent(error -> json.put("error", error));
        return json;
    }

    /** The same with each partition. */
    public ObjectNode whole() {
        ObjectNode json = json();
        var rows = json.putArray("partitions");
        partitions()
                .values()
                .forEach(partition -> rows.addObject()
                        .put("topic", partition.getTopic())
                        .put("partition", partition.getPartition())
                        .put("committed", partition.getCommitted())
                        .put("position", partition.getPosition())
                        .put("end", partition.getEnd())
                        .put("lag", lag(partition)));
        return json;
    }

    private String bottleneck() {
        if (trigger.getState() != TriggerState.ENABLED) {
            return "paused";
        }
        return alive.stream()
                .map(TriggerStatus::getBottleneck)
                .min(Comparator.comparingInt(word -> {
                    int rank = WORST_FIRST.indexOf(word);
                    return rank < 0 ? WORST_FIRST.size() : rank;
                }))
                .orElse("none");
    }

    private long sum(ToLongFunction<TriggerStatus> field) {
        return all.stream().mapToLong(field).sum();
    }

    /** Two may tell of one partition while it moves: the later knows better. */
    private Map<String, TriggerPartition> partitions() {
        Map<String, TriggerPartition> partitions = new TreeMap<>();
        alive.stream()
                .sorted(Comparator.comparingLong(TriggerStatus::getAtMs))
                .forEach(status -> status.getPartitions()
                        .forEach(each ->
                                partitions.put("%s/%010d".formatted(each.getTopic(), each.getPartition()), each)));
        return partitions;
    }

    /** Records that are not finished; without a commit those that are not read. */
    private static long lag(TriggerPartition partition) {
        long finished = partition.getCommitted() >= 0 ? partition.getCommitted() : partition.getPosition();
        return Math.max(0, partition.getEnd() - Math.max(0, finished));
    }

    private static double rounded(double rate) {
        return Math.round(rate * 10) / 10.0;
    }
}
