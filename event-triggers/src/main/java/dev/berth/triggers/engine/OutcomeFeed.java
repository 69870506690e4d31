package dev.berth.triggers.engine;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import dev.berth.triggers.TriggersConfig;
import dev.berth.triggers.core.Ending;
import dev.berth.triggers.core.TopicEnds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the outcomes of all invocations from now on, and hands those of triggers to their workers. One thread; every process reads
 * all of them, but decodes only those of its own triggers.
 */
final class OutcomeFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutcomeFeed.class);
    private static final Duration POLL = Duration.ofMillis(250);
    /** All invocations' outcomes pass here: one by one they would cost those that are under way a fetch each. */
    private static final int GATHER_BYTES = 16 * 1024;

    private static final int GATHER_MS = 20;
    private static final long LOOK_AT_LETTERS_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_MS = 1_000;
    private static final long STOP_MS = 5_000;

    private final AvroCodec<Outcome> codec;
    private final List<TopicPartition> outcomes = new ArrayList<>();
    private final TopicPartition letters;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Consumer<Signal>> inboxes = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile TopicEnds ends;
    private long lookedNs;

    OutcomeFeed(TriggersConfig config) {
        TopicCatalogue topics = config.topics();
        codec = topics.outcomes().codec(config.registry());
        for (int i = 0; i < topics.outcomes().partitions(); i++) {
            outcomes.add(new TopicPartition(topics.outcomes().name(), i));
        }
        letters = new TopicPartition(topics.deadLetters().name(), 0);
        Map<String, Object> settings = config.kafka().consumer("berth-triggers-outcomes-" + config.worker());
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, GATHER_BYTES);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, GATHER_MS);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        thread = new Thread(this::run, "berth-triggers-outcomes");
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when no outcome of what is published from then on can be missed. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    /** Ids with this prefix are a worker's from now on. */
    void register(String prefix, Consumer<Signal> inbox) {
        inboxes.put(prefix, inbox);
    }

    void unregister(String prefix) {
        inboxes.remove(prefix);
    }

    /** How far it is. Not null once it is ready. */
    TopicEnds ends() {
        return ends;
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(outcomes);
            consumer.seekToEnd(outcomes);
            while (closing.getCount() > 0) {
                try {
                    look();
                    for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
                        take(row);
                    }
                } catch (WakeupException e) {
                    // Only close wakes it.
                } catch (KafkaException e) {
                    log.warn("Outcomes cannot be read now, and are tried again: {}", e.toString());
                    pause();
                }
            }
        } catch (RuntimeException e) {
            log.error("Triggers hear of no outcomes in this process any more; start it again", e);
        }
    }

    private void look() {
        long nowNs = System.nanoTime();
        if (ends != null && nowNs - lookedNs < LOOK_AT_LETTERS_NS) {
            return;
        }
        lookedNs = nowNs;
        List<Long> positions = new ArrayList<>(outcomes.size());
        for (TopicPartition each : outcomes) {
            positions.add(consumer.position(each));
        }
        ends = new TopicEnds(positions, consumer.endOffsets(List.of(letters)).get(letters));
        ready.complete(null);
    }

    private void take(ConsumerRecord<byte[], byte[]> row) {
        String id = row.key() == null ? "" : new String(row.key(), StandardCharsets.UTF_8);
        int dot = id.indexOf('.');
        Consumer<Signal> inbox = dot < 0 ? null : inboxes.get(id.substring(0, dot + 1));
        if (inbox == null) {
            return;
        }
        while (closing.getCount() > 0) {
            try {
                inbox.accept(new Signal.Ended(id, Ending.of(codec.decode(row.value()))));
                return;
            } catch (UndecodableException e) {
                log.warn("An outcome that cannot be read is passed over offset={}: {}", row.offset(), e.getMessage());
                return;
            } catch (SchemaRegistry.RegistryException e) {
                log.warn("The schema registry does not answer: {}", e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
