package dev.berth.triggers.destinations;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.DeadLetterTelling;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.UndecodableException;
import dev.berth.triggers.KnownTopics;
import dev.berth.triggers.Letters;
import dev.berth.triggers.Tables;
import dev.berth.triggers.Telling;
import dev.berth.triggers.TriggersConfig;
import dev.berth.triggers.core.Destination;
import dev.berth.triggers.core.EndingReport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads outcomes in the group {@code <prefix>destinations} and tells those that hold their request, since only of those a function
 * wants to be told. Offsets are committed behind acknowledged tellings, so that each is told at least once; a function is told by an
 * invocation whose id is derived from the outcome's, so that telling twice runs it once.
 *
 * <p>One thread. Any number of processes share the partitions.
 */
public final class DestinationTeller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DestinationTeller.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PAUSE_MS = 1_000;
    private static final long STOP_MS = 10_000;
    /** How far it is where there was nothing to tell, which is nearly everywhere, is not worth a commit for each outcome. */
    private static final long COMMIT_MS = 1_000;
    /** Outcomes are taken together: a fetch for each would cost the calls that are under way more than it is worth. */
    private static final long GATHER_MS = 20;

    private final TriggersConfig config;
    private final Tables tables;
    private final Telling telling;
    private final Letters letters;
    private final Producer<byte[], byte[]> producer;
    private final AvroCodec<Outcome> codec;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    /** Whether outcomes have been passed since the last commit, and whether any of them was to be told. Of its thread. */
    private boolean passed;

    private boolean told;
    private long committedNs = System.nanoTime();

    /** Begins to tell once the tables are read. The producer stays the caller's. */
    public DestinationTeller(
            TriggersConfig config, Tables tables, KnownTopics topics, Producer<byte[], byte[]> producer) {
        this.config = config;
        this.tables = tables;
        this.producer = producer;
        this.telling = new Telling(config, topics);
        this.letters = new Letters(config);
        this.codec = config.topics().outcomes().codec(config.registry());
        Map<String, Object> settings = config.kafka().consumer("berth-destinations-" + config.worker());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.topics().prefix() + "destinations");
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "berth-destinations");
        thread.setDaemon(true);
        tables.ready().thenRun(thread::start);
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

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(config.topics().outcomes().name()));
            while (!isClosed()) {
                try {
                    ConsumerRecords<byte[], byte[]> rows = consumer.poll(POLL);
                    if (!rows.isEmpty() && tell(rows)) {
                        passed = true;
                    }
                    commitIfDue();
                    if (!rows.isEmpty()) {
                        pause(GATHER_MS);
                    }
                } catch (WakeupException e) {
                    // Only close wakes it.
                } catch (CommitFailedException e) {
                    log.info("Another process has these outcomes now, and may tell some again: {}", e.getMessage());
                }
            }
        } catch (RuntimeException e) {
            log.error("Destinations are told no more by this process; start it again", e);
        }
    }

    /** At once behind what was told, which must not be told again; else now and then. */
    private void commitIfDue() {
        long nowNs = System.nanoTime();
        if (passed && !isClosed() && (told || nowNs - committedNs >= TimeUnit.MILLISECONDS.toNanos(COMMIT_MS))) {
            consumer.commitSync();
            passed = false;
            told = false;
            committedNs = nowNs;
        }
    }

    /** One telling on its way, and the outcome that it is about. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
    private record Sent(
            ConsumerRecord<byte[], byte[]> row,
            Outcome outcome,
            String to,
            byte[] json,
            Future<RecordMetadata> acked) {}

    /** Tells everything there is to tell; returns whether all of it is told, or else the process is being stopped. */
    private boolean tell(ConsumerRecords<byte[], byte[]> rows) {
        List<Sent> sent = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> row : rows) {
            Outcome outcome = decoded(row);
            if (outcome != null && outcome.getInvocation() != null) {
                told = true;
                Sent one = send(row, outcome);
                if (one != null) {
                    sent.add(one);
                }
            }
        }
        for (Sent one : sent) {
            Sent last = one;
            while (!isAcked(last)) {
                if (isClosed()) {
                    return false;
                }
                last = send(one.row(), one.outcome());
            }
        }
        return !isClosed();
    }

    private boolean isAcked(Sent sent) {
        if (sent == null) {
            return true;
        }
        try {
            sent.acked().get();
            return true;
        } catch (ExecutionException e) {
            String id = sent.outcome().getInvocationId();
            if (e.getCause() instanceof RetriableException) {
                log.warn(
                        "The ending of invocation={} is told again: {}",
                        id,
                        e.getCause().toString());
                pause();
                return false;
            }
            return bury(
                    sent.row(), sent.outcome(), sent.to(), sent.json(), "Its destination refuses it: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
            return false;
        }
    }

    /** Null if there is nothing to be told. */
    private Sent send(ConsumerRecord<byte[], byte[]> row, Outcome outcome) {
        Invocation invocation = outcome.getInvocation();
        String to = tables.function(invocation.getTenant(), invocation.getFunction())
                .map(spec -> wanted(spec.getDestinations(), outcome.getStatus()))
                .orElse(null);
        if (to == null) {
            return null;
        }
        byte[] json = EndingReport.of(outcome, Telling.mostBytes(new Destination.Function("", null)));
        while (!isClosed()) {
            try {
                Destination destination = telling.destination(to);
                json = EndingReport.of(outcome, Telling.mostBytes(destination));
                var news = new Telling.News(
                        "destination-" + outcome.getInvocationId(),
                        invocation.getTenant(),
                        outcome.getInvocationId(),
                        invocation.getHeaders().get(Telling.CHAIN));
                return new Sent(row, outcome, to, json, producer.send(telling.of(destination, json, news)));
            } catch (Telling.Untellable e) {
                bury(row, outcome, to, json, e.getMessage());
                return null;
            } catch (KafkaException | IllegalStateException | SchemaRegistry.RegistryException e) {
                log.warn("Invocation={} waits to be told: {}", outcome.getInvocationId(), e.toString());
                pause();
            }
        }
        return null;
    }

    private static String wanted(Destinations destinations, OutcomeStatus status) {
        if (destinations == null) {
            return null;
        }
        return switch (status) {
            case SUCCEEDED -> destinations.getOnSuccess();
            case FAILED, TIMED_OUT, REJECTED, DEAD_LETTERED -> destinations.getOnFailure();
            case CANCELLED, UNKNOWN -> null;
        };
    }

    private boolean bury(ConsumerRecord<byte[], byte[]> row, Outcome outcome, String to, byte[] json, String message) {
        Invocation invocation = outcome.getInvocation();
        ProducerRecord<byte[], byte[]> letter = letters.of(
                new Letters.Coordinates(row.topic(), row.partition(), row.offset(), row.timestamp()),
                outcome.getInvocationId().getBytes(StandardCharsets.UTF_8),
                json,
                new RecordHeaders(),
                new Letters.Why(
                        "destination-failed",
                        message + " The value is what it would have been told.",
                        outcome.getInvocationId(),
                        invocation.getTenant(),
                        invocation.getFunction(),
                        1),
                DeadLetterTelling.newBuilder()
                        .setDestination(to)
                        .setSuccess(outcome.getStatus() == OutcomeStatus.SUCCEEDED)
                        .setParent(outcome.getInvocationId())
                        .setChain(invocation.getHeaders().get(Telling.CHAIN))
                        .build());
        while (!isClosed()) {
            try {
                producer.send(letter).get();
                return true;
            } catch (ExecutionException | KafkaException e) {
                log.warn("A dead letter about invocation={} waits: {}", outcome.getInvocationId(), e.toString());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closing.countDown();
            }
        }
        return false;
    }

    private Outcome decoded(ConsumerRecord<byte[], byte[]> row) {
        while (!isClosed()) {
            try {
                return codec.decode(row.value());
            } catch (UndecodableException e) {
                log.warn("An outcome that cannot be read is passed over offset={}: {}", row.offset(), e.getMessage());
                return null;
            } catch (SchemaRegistry.RegistryException e) {
                log.warn("The schema registry does not answer: {}", e.getMessage());
                pause();
            }
        }
        return null;
    }

    private void pause() {
        pause(PAUSE_MS);
    }

    /** Ends early when it is closed. */
    private void pause(long forMs) {
        try {
            closing.await(forMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
