package dev.berth.triggers;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is deployed, and which triggers there are: the compacted topics as tables in memory, followed by one thread. Read by any.
 */
public final class Tables implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tables.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long STOP_MS = 5_000;
    private static final long PAUSE_MS = 1_000;

    private final TopicPartition functionsAt;
    private final TopicPartition triggersAt;
    private final AvroCodec<FunctionSpec> functionCodec;
    private final AvroCodec<Trigger> triggerCodec;
    private final Map<String, FunctionSpec> functions = new ConcurrentHashMap<>();
    private final Map<String, Trigger> triggers = new ConcurrentHashMap<>();
    private final BiConsumer<String, Trigger> onTrigger;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to read.
     *
     * @param onTrigger is told of each change of a trigger, by its key {@code tenant/uuid}, with null for one that is deleted;
     *     called by the one thread
     */
    public Tables(TriggersConfig config, BiConsumer<String, Trigger> onTrigger) {
        this.onTrigger = onTrigger;
        functionsAt = new TopicPartition(config.topics().functions().name(), 0);
        triggersAt = new TopicPartition(config.topics().triggers().name(), 0);
        functionCodec = config.topics().functions().codec(config.registry());
        triggerCodec = config.topics().triggers().codec(config.registry());
        consumer = new KafkaConsumer<>(
                config.kafka().consumer("berth-triggers-tables-" + config.worker()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        thread = new Thread(this::run, "berth-triggers-tables");
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when what was there at the start has been read. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** A function as deployed; empty if there is none. */
    public Optional<FunctionSpec> function(String tenant, String name) {
        return Optional.ofNullable(functions.get(tenant + '/' + name));
    }

    /** The triggers there are, by {@code tenant/uuid}. */
    public Map<String, Trigger> triggers() {
        return Map.copyOf(triggers);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            List<TopicPartition> both = List.of(functionsAt, triggersAt);
            consumer.assign(both);
            consumer.seekToBeginning(both);
            Map<TopicPartition, Long> ends = null;
            while (!closed) {
                try {
                    if (ends == null) {
                        ends = consumer.endOffsets(both);
                    }
                    consumer.poll(POLL).forEach(this::take);
                    if (!ready.isDone()
                            && ends.entrySet().stream()
                                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                        ready.complete(null);
                    }
                } catch (WakeupException e) {
                    // Only close wakes it.
                } catch (KafkaException | SchemaRegistry.RegistryException e) {
                    // What is known stays known; it is asked again.
                    log.warn(
                            "The tables of functions and triggers cannot be read now, and are tried again: {}",
                            e.toString());
                    pause();
                }
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            return;
        }
        String key = new String(row.key(), StandardCharsets.UTF_8);
        if (row.topic().equals(functionsAt.topic())) {
            put(functions, key, row, functionCodec);
        } else if (put(triggers, key, row, triggerCodec)) {
            onTrigger.accept(key, triggers.get(key));
        }
    }

    private static <T extends SpecificRecord> boolean put(
            Map<String, T> table, String key, ConsumerRecord<byte[], byte[]> row, AvroCodec<T> codec) {
        if (row.value() == null) {
            table.remove(key);
            return true;
        }
        try {
            table.put(key, codec.decode(row.value()));
            return true;
        } catch (UndecodableException e) {
            log.warn(
                    "A row that cannot be read is passed over topic={} offset={} key={}: {}",
                    row.topic(),
                    row.offset(),
                    key,
                    e.getMessage());
            return false;
        }
    }
}
