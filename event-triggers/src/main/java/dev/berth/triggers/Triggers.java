package dev.berth.triggers;

import dev.berth.triggers.destinations.DestinationTeller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Serves triggers and destinations; any number of such processes share the work.
 *
 * <pre>{@code
 * try (Triggers triggers = Triggers.start(TriggersConfig.of(kafka, registry, topics, "t1"))) {
 *     triggers.ready().join();
 * }
 * }</pre>
 *
 * Thread-safe. The topics must exist.
 */
public final class Triggers implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(5);
    // A topic that vanishes between the look and the send must not hold everything up for a minute.
    private static final int SEND_BLOCKS_MS = 5_000;

    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final Tables tables;
    private final DestinationTeller destinations;
    private volatile boolean closed;

    private Triggers(TriggersConfig config) {
        Map<String, Object> settings = config.kafka().producer("berth-triggers-" + config.worker());
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_BLOCKS_MS);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        admin = Admin.create(config.kafka().client("berth-triggers-admin-" + config.worker()));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        KnownTopics topics = new KnownTopics(admin);
        tables = new Tables(config, (key, trigger) -> {});
        destinations = new DestinationTeller(config, tables, topics, producer);
    }

    /** Starts; returns at once. */
    public static Triggers start(TriggersConfig config) {
        return new Triggers(config);
    }

    /** Completes when it knows what is deployed. */
    public CompletableFuture<Void> ready() {
        return tables.ready();
    }

    /** What keeps it from working now, in words; empty if nothing does. */
    public List<String> problems() {
        if (closed) {
            return List.of("the triggers stop");
        }
        return tables.ready().isDone() ? List.of() : List.of("the topics of functions and triggers are being read");
    }

    @Override
    public void close() {
        closed = true;
        destinations.close();
        tables.close();
        producer.close(STOP);
        admin.close(STOP);
    }
}
