package dev.berth.gateway.jobs.streams;

import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** The jobs view's topology: three co-partitioned sources, one processor, one store, whose changelog is the output. */
public final class JobsTopology {
    /** With the application's id it makes the name of {@link TopicCatalogue#jobs()}. */
    static final String STORE = "view";

    private static final String PROCESSOR = "jobs";

    private JobsTopology() {}

    /** The topology. */
    public static Topology build(TopicCatalogue topics, SchemaRegistry registry) {
        var codecs = JobsProcessor.Codecs.of(topics, registry);
        var bytes = new ByteArrayDeserializer();
        return new Topology()
                .addSource("invocations", bytes, bytes, topics.invocations().name())
                .addSource("in-flight", bytes, bytes, topics.inFlight().name())
                .addSource("outcomes", bytes, bytes, topics.outcomes().name())
                .addProcessor(
                        PROCESSOR, () -> new JobsProcessor(topics, codecs), "invocations", "in-flight", "outcomes")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray()),
                        PROCESSOR);
    }
}
