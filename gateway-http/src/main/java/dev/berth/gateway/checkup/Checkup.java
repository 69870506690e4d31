package dev.berth.gateway.checkup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.checkup.core.Diagnosis;
import dev.berth.gateway.checkup.core.Facts;
import dev.berth.gateway.checkup.core.Finding;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Pin;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerPartition;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Gathers the facts. Blocks for some seconds at most; by one thread at a time. */
public final class Checkup {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Set<String> OF_TENANTS = Set.of("dead-letters", "pins", "triggers");
    private static final long LATE_MS = TimeUnit.MINUTES.toMillis(5);

    private final KafkaSettings kafka;
    private final TopicCatalogue topics;
    private final SchemaRegistry registry;
    private final Tables tables;

    /** What the gateway has in memory anyway. */
    public record Tables(
            TopicTable<InstanceStatus> instances,
            TopicTable<Assignment> fleet,
            TopicTable<Pin> pins,
            TopicTable<Trigger> triggers,
            TopicTable<TriggerStatus> triggerStatuses) {}

    public Checkup(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, Tables tables) {
        this.kafka = kafka;
        this.topics = topics;
        this.registry = registry;
        this.tables = tables;
    }

    /**
     * Looks at everything.
     *
     * @param ofAllTenants whether the answer may tell what is of tenants, whichever they are
     */
    public ObjectNode run(boolean ofAllTenants) {
        Facts facts = facts();
        ObjectNode json = Json.object().put("nowMs", facts.nowMs());
        var rows = json.putArray("findings");
        for (Finding finding : Diagnosis.of(facts)) {
            if (ofAllTenants || !OF_TENANTS.contains(finding.check())) {
                rows.add(finding.json());
            }
        }
        return json;
    }

    private Facts facts() {
        Optional<String> kafkaProblem = Optional.empty();
        List<String> missing = List.of();
        Map<String, Facts.Group> groups = Map.of();
        long[] letters = {0, 0};
        Admin admin = Admin.create(kafka.client("gateway-checkup"));
        try {
            missing = missing(admin);
            groups = groups(admin);
            letters = missing.contains(topics.deadLetters().name()) ? letters : letters(admin);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            kafkaProblem = Optional.of(
                    cause.getMessage() == null ? "no answer within " + ANSWER.toSeconds() + " s" : cause.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The gateway was closed", e);
        } finally {
            // Closing without a bound would wait for the answer that did not come.
            admin.close(Duration.ZERO);
        }
        long nowMs = System.currentTimeMillis();
        int[] pins = pins();
        return new Facts(
                nowMs,
                kafkaProblem,
                registryProblem(),
                missing,
                groups,
                instances(),
                pins[0],
                pins[1],
                letters[0],
                letters[1],
                triggers());
    }

    private List<String> missing(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        Set<String> there = answer(admin.listTopics().names());
        return topics.all().stream()
                .map(TopicCatalogue.Topic::name)
                .filter(name -> !there.contains(name))
                .toList();
    }

    private Map<String, Facts.Group> groups(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, Facts.Group> groups = new LinkedHashMap<>();
        groups.put("router", group(admin, topics.routerApplicationId()));
        groups.put("fleet", group(admin, topics.fleetApplicationId()));
        return groups;
    }

    /** A group that was never there, or was forgotten, has no members. */
    private static Facts.Group group(Admin admin, String id)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            StreamsGroupDescription group = answer(
                    admin.describeStreamsGroups(List.of(id)).describedGroups().get(id));
            return new Facts.Group(group.members().size(), group.groupState().toString());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.GroupIdNotFoundException) {
                return new Facts.Group(0, "none");
            }
            throw e;
        }
    }

    /** Of late, and all. */
    private long[] letters(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        TopicPartition partition = new TopicPartition(topics.deadLetters().name(), 0);
        long end = offset(admin, partition, OffsetSpec.latest());
        long first = offset(admin, partition, OffsetSpec.earliest());
        long late = offset(admin, partition, OffsetSpec.forTimestamp(System.currentTimeMillis() - LATE_MS));
        return new long[] {late < 0 ? 0 : end - late, end - first};
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer(admin.listOffsets(Map.of(partition, which)).partitionResult(partition))
                .offset();
    }

    private Optional<String> registryProblem() {
        try {
            registry.check(topics.prefix());
            return Optional.empty();
        } catch (SchemaRegistry.RegistryException e) {
            return Optional.of(e.getMessage());
        }
    }

    private List<Facts.Instance> instances() {
        List<Facts.Instance> found = new ArrayList<>();
        Set<String> ids = new TreeSet<>();
        tables.instances().scan("", null).forEach(row -> ids.add(row.getKey()));
        tables.fleet().scan("", null).forEach(row -> ids.add(row.getKey()));
        for (String id : ids) {
            Optional<InstanceStatus> status = tables.instances().get(id);
            found.add(new Facts.Instance(
                    id,
                    tables.fleet().get(id).filter(Checkup::isLive).isPresent(),
                    status.map(said -> said.getState().name()).orElse("unknown"),
                    status.map(InstanceStatus::getSentMs).orElse(0L)));
        }
        return found;
    }

    /** All, and those whose instance has gone. */
    private int[] pins() {
        int[] counts = new int[2];
        tables.pins().scan("", null).forEach(row -> {
            Pin pin = row.getValue();
            counts[0]++;
            if (tables.fleet()
                    .get(pin.getInstanceId())
                    .filter(given -> isLive(given) && given.getEpoch() == pin.getEpoch())
                    .isEmpty()) {
                counts[1]++;
            }
        });
        return counts;
    }

    private List<Facts.Trigger> triggers() {
        List<Facts.Trigger> found = new ArrayList<>();
        tables.triggers().scan("", null).forEach(row -> {
            Trigger trigger = row.getValue();
            if (trigger.getState() != TriggerState.ENABLED) {
                return;
            }
            long heardMs = 0;
            long lag = 0;
            String bottleneck = "none";
            String error = null;
            for (var said :
                    tables.triggerStatuses().scan(row.getKey() + "/", null).toList()) {
                TriggerStatus status = said.getValue();
                heardMs = Math.max(heardMs, status.getAtMs());
                lag += lag(status);
                bottleneck = status.getBottleneck().equals("none") ? bottleneck : status.getBottleneck();
                error = status.getError() == null ? error : status.getError();
            }
            found.add(new Facts.Trigger(
                    trigger.getFunction() + " " + trigger.getUuid(),
                    trigger.getModifiedMs(),
                    heardMs,
                    lag,
                    bottleneck,
                    error));
        });
        return found;
    }

    private static long lag(TriggerStatus status) {
        long lag = 0;
        for (TriggerPartition partition : status.getPartitions()) {
            long finished = partition.getCommitted() < 0 ? partition.getPosition() : partition.getCommitted();
            lag += Math.max(0, partition.getEnd() - finished);
        }
        return lag;
    }

    private static boolean isLive(Assignment assignment) {
        return assignment.getState() == AssignmentState.LIVE || assignment.getState() == AssignmentState.DRAINING;
    }

    private static <T> T answer(KafkaFuture<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    }
}
