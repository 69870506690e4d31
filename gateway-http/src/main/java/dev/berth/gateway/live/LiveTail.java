package dev.berth.gateway.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.kafka.TopicFollower;
import dev.berth.gateway.kafka.TopicView;
import dev.berth.gateway.live.core.Ending;
import dev.berth.gateway.live.core.Figures;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The last minutes of each tenant, kept up from the topics for as long as it is open.
 *
 * <p>The follower's thread writes, the event loop reads; both hold the lock for a moment only.
 */
final class LiveTail implements AutoCloseable {
    private static final long LOOK_BACK_MS = (long) Figures.BUCKETS * Figures.BUCKET_MS;
    /** Of a busy topic less than the ten minutes is read, so that a page is not kept waiting. */
    private static final long MOST_RECORDS = 60_000;

    private static final long OFFSETS_S = 10;
    private static final int MOST_TENANTS = 64;

    private final Map<String, Figures> tenants = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Figures> eldest) {
            return size() > MOST_TENANTS;
        }
    };
    private final TopicFollower follower;

    private LiveTail(
            KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, Map<TopicPartition, Long> begins) {
        var invocations = new View<>(topics.invocations(), registry, begins) {
            @Override
            void take(Invocation invocation, long nowMs) {
                figures(invocation.getTenant()).published(invocation);
            }
        };
        var outcomes = new View<>(topics.outcomes(), registry, begins) {
            @Override
            void take(Outcome outcome, long nowMs) {
                figures(outcome.getResult().getTenant()).ended(Ending.of(outcome), nowMs);
            }
        };
        var lives = new View<>(topics.containerEvents(), registry, begins) {
            @Override
            void take(ContainerEvent event, long nowMs) {
                if (event.getEvent() != ContainerEventType.BUSY) {
                    figures(event.getTenant()).lived(event);
                }
            }
        };
        this.follower = new TopicFollower(
                "gateway-live",
                kafka,
                Map.of(
                        topics.invocations().name(), invocations,
                        topics.outcomes().name(), outcomes,
                        topics.containerEvents().name(), lives));
    }

    /** Begins. Blocks until Kafka has said where. */
    static LiveTail open(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (var topic : List.of(topics.invocations(), topics.outcomes(), topics.containerEvents())) {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                partitions.add(new TopicPartition(topic.name(), partition));
            }
        }
        long sinceMs = System.currentTimeMillis() - LOOK_BACK_MS;
        try (Admin admin = Admin.create(kafka.client("gateway-live-start"))) {
            var first = offsets(admin, partitions, OffsetSpec.forTimestamp(sinceMs));
            var last = offsets(admin, partitions, OffsetSpec.latest());
            Map<TopicPartition, Long> begins = new HashMap<>();
            for (TopicPartition partition : partitions) {
                long end = last.get(partition);
                // There is none where nothing is as young.
                long from = first.get(partition) < 0 ? end : first.get(partition);
                long most = MOST_RECORDS / Math.max(1, topics.partitions());
                begins.put(partition, Math.max(from, end - most));
            }
            return new LiveTail(kafka, topics, registry, begins);
        }
    }

    /** Whether the last minutes are there, and not only a part of them. */
    boolean caughtUp() {
        return follower.caughtUp().isDone();
    }

    /** What keeps it from being up to date. */
    Optional<String> problem() {
        return follower.problem();
    }

    /** How many changes a tenant has had. */
    long change(String tenant) {
        synchronized (tenants) {
            Figures figures = tenants.get(tenant);
            return figures == null ? 0 : figures.change();
        }
    }

    /** See {@link Figures#since}. */
    ObjectNode since(String tenant, long seen, long nowMs, BiFunction<String, String, ObjectNode> pins) {
        synchronized (tenants) {
            Figures figures = tenants.get(tenant);
            return figures == null ? Json.object() : figures.since(seen, nowMs, pins);
        }
    }

    /** Blocks. */
    @Override
    public void close() {
        follower.close();
    }

    private Figures figures(String tenant) {
        return tenants.computeIfAbsent(tenant, first -> new Figures());
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec of)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, of));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found :
                admin.listOffsets(asked).all().get(OFFSETS_S, TimeUnit.SECONDS).entrySet()) {
            offsets.put(found.getKey(), found.getValue().offset());
        }
        return offsets;
    }

    /** One topic. */
    private abstract class View<V extends SpecificRecord> implements TopicView {
        private final AvroCodec<V> codec;
        private final Map<TopicPartition, Long> begins;

        View(TopicCatalogue.Topic<V> topic, SchemaRegistry registry, Map<TopicPartition, Long> begins) {
            this.codec = topic.codec(registry);
            this.begins = begins;
        }

        abstract void take(V value, long nowMs);

        @Override
        public OptionalLong checkpoint(TopicPartition partition) {
            return OptionalLong.of(begins.getOrDefault(partition, 0L));
        }

        @Override
        public void apply(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long next) {
            List<V> values = new ArrayList<>(records.size());
            for (ConsumerRecord<byte[], byte[]> row : records) {
                if (row.value() == null) {
                    continue;
                }
                try {
                    values.add(codec.decode(row.value()));
                } catch (UndecodableException e) {
                    // Whoever processes the topic puts it with the dead letters; here it is nothing to count.
                }
            }
            long nowMs = System.currentTimeMillis();
            synchronized (tenants) {
                values.forEach(value -> take(value, nowMs));
            }
        }
    }
}
