package dev.berth.router.streams;

import dev.berth.router.core.RouterLimits;
import dev.berth.router.pause.PauseGuard;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router's topology: invocations, results and commands (co-partitioned) come in; dispatches, replies, outcomes and dead letters go
 * out; functions, instances and fleet are tables on every router.
 */
public final class RouterTopology {
    static final String DISPATCH_SINK = "dispatch-out";
    static final String REPLY_SINK = "replies-out";
    static final String OUTCOME_SINK = "outcomes-out";
    static final String DEAD_LETTER_SINK = "dead-letters-out";
    static final String MOVE_SINK = "invocations-out";

    private static final Logger log = LoggerFactory.getLogger(RouterTopology.class);
    /**
     * Kafka Streams takes the oldest record of a task's topics first, so that in a burst every result would wait behind all
     * the invocations that were published before it. To the router a result is always due: it ends something.
     */
    private static final TimestampExtractor RESULTS_FIRST = (record, partitionTime) -> 0;

    private static final String ROUTER = "router";

    private RouterTopology() {}

    /**
     * The topology.
     *
     * @param tables of this topology alone
     * @param outcomeTail what tasks have decided before
     * @param outcomeAcks of the producer that writes the outcomes
     * @param meters of the process
     * @param guard of this process
     */
    public static Topology build(
            TopicCatalogue topics,
            SchemaRegistry registry,
            SharedTables tables,
            OutcomeTail outcomeTail,
            OutcomeAcks outcomeAcks,
            RouterLimits limits,
            RouterMeters meters,
            PauseGuard guard) {
        RouterCodecs codecs = RouterCodecs.of(topics, registry);
        var bytes = new ByteArrayDeserializer();
        Topology topology = new Topology()
                .addSource("invocations", bytes, bytes, topics.invocations().name())
                .addSource(
                        AutoOffsetReset.earliest(),
                        "results",
                        RESULTS_FIRST,
                        bytes,
                        bytes,
                        topics.results().name())
                .addSource("commands", bytes, bytes, topics.commands().name())
                .addProcessor(
                        ROUTER,
                        () -> new RouterProcessor(
                                topics, codecs, tables, outcomeTail, outcomeAcks, limits, meters, guard),
                        "invocations",
                        "results",
                        "commands")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(RouterStores.PINS), Serdes.String(), Serdes.ByteArray()),
                        ROUTER)
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(RouterStores.IN_FLIGHT),
                                Serdes.String(),
                                Serdes.ByteArray()),
                        ROUTER);
        table(topology, topics.functions(), registry, tables::function);
        table(topology, topics.fleet(), registry, tables::assignment);
        table(topology, topics.instances(), registry, tables::status);
        sink(topology, DISPATCH_SINK, topics.dispatch().name());
        sink(topology, REPLY_SINK, topics.replies().name());
        sink(topology, OUTCOME_SINK, topics.outcomes().name());
        sink(topology, DEAD_LETTER_SINK, topics.deadLetters().name());
        sink(topology, MOVE_SINK, topics.invocations().name());
        return topology;
    }

    private static void sink(Topology topology, String name, String topic) {
        Serializer<Outbound> value = (to, outbound) -> outbound.value();
        StreamPartitioner<byte[], Outbound> partitioner =
                (to, key, outbound, partitions) -> Optional.of(Set.of(outbound.partition()));
        topology.addSink(name, topic, new ByteArraySerializer(), value, partitioner, ROUTER);
    }

    private static <T extends SpecificRecord> void table(
            Topology topology, TopicCatalogue.Topic<T> topic, SchemaRegistry registry, BiConsumer<String, T> view) {
        String store = topic.name() + "-table";
        AvroCodec<T> codec = topic.codec(registry);
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(store), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                topic.name(),
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topic.name(),
                topic.name() + "-reader",
                () -> tableReader(store, codec, view));
    }

    private static <T extends SpecificRecord> Processor<String, byte[], Void, Void> tableReader(
            String storeName, AvroCodec<T> codec, BiConsumer<String, T> view) {
        return new ContextualProcessor<>() {
            @Override
            public void process(Record<String, byte[]> record) {
                try {
                    T value = record.value() == null ? null : codec.decode(record.value());
                    KeyValueStore<String, byte[]> store = context().getStateStore(storeName);
                    store.put(record.key(), record.value());
                    view.accept(record.key(), value);
                } catch (UndecodableException e) {
                    log.warn("Ignored a record table={} key={} cause={}", storeName, record.key(), e.getMessage());
                }
            }
        };
    }
}
