package dev.berth.triggers;

import dev.berth.schemas.Trigger;
import dev.berth.triggers.destinations.DestinationTeller;
import dev.berth.triggers.engine.TriggerEngine;
import dev.berth.triggers.schedules.ScheduleFirer;
import java.time.Clock;
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
 * Serves triggers, destinations and schedules; any number of such processes share the work.
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
    private final TriggerEngine engine;
    private final ScheduleFirer schedules;
    private volatile boolean started;
    private volatile boolean closed;

    private Triggers(TriggersConfig config) {
        Map<String, Object> settings = config.kafka().producer("berth-triggers-" + config.worker());
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_BLOCKS_MS);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        admin = Admin.create(config.kafka().client("berth-triggers-admin-" + config.worker()));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        KnownTopics topics = new KnownTopics(admin);
        tables = new Tables(config, this::changed);
        destinations = new DestinationTeller(config, tables, topics, producer);
        engine = new TriggerEngine(config, tables, topics, admin, producer);
        schedules = new ScheduleFirer(config, tables, topics, producer, Clock.systemUTC());
        started = true;
        tables.ready().thenRun(engine::begin);
    }

    /** Starts; returns at once. */
    public static Triggers start(TriggersConfig config) {
        return new Triggers(config);
    }

    /** Completes when it knows what is deployed, and misses no outcome. */
    public CompletableFuture<Void> ready() {
        return CompletableFuture.allOf(tables.ready(), engine.ready());
    }

    /** What keeps it from working now, in words; empty if nothing does. */
    public List<String> problems() {
        if (closed) {
            return List.of("the triggers stop");
        }
        return tables.ready().isDone() ? List.of() : List.of("the topics of functions and triggers are being read");
    }

    /** The tables may have something to tell before all is made; the engine looks at all of them when they are read. */
    private void changed(String key, Trigger trigger) {
        if (started) {
            engine.changed(key);
        }
    }

    @Override
    public void close() {
        closed = true;
        engine.close();
        schedules.close();
        destinations.close();
        tables.close();
        producer.close(STOP);
        admin.close(STOP);
    }
}
