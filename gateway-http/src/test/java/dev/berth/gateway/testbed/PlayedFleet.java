package dev.berth.gateway.testbed;

import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Router and executors as one thread: reads invocations, answers as told, writes replies and outcomes. */
public final class PlayedFleet implements AutoCloseable {
    public static final String INSTANCE = "i-played";
    public static final String CONTAINER = "c-played";

    /** An invocation with its record's key and partition. */
    public record Seen(Invocation invocation, String key, int partition) {}

    private final TopicCatalogue topics;
    private final SchemaRegistry registry;
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final AvroCodec<Invocation> invocations;
    private final AvroCodec<Result> replies;
    private final AvroCodec<Outcome> outcomes;
    private final Map<String, Function<Invocation, Optional<Result>>> functions = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean running = true;

    public PlayedFleet(KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry) {
        this.topics = topics;
        this.registry = registry;
        this.invocations = topics.invocations().codec(registry).registered();
        this.replies = topics.replies().codec(registry).registered();
        this.outcomes = topics.outcomes().codec(registry).registered();
        this.consumer =
                new KafkaConsumer<>(kafka.consumer("played"), new StringDeserializer(), new ByteArrayDeserializer());
        this.producer =
                new KafkaProducer<>(kafka.producer("played"), new StringSerializer(), new ByteArraySerializer());
        this.thread = new Thread(this::run, "played-fleet");
        thread.start();
    }

    /** What a function does; empty for one that never answers. */
    public void plays(String function, Function<Invocation, Optional<Result>> behaviour) {
        functions.put(function, behaviour);
    }

    /** All invocations read so far. */
    public List<Seen> seen() {
        return seen;
    }

    /** The invocations of a function. */
    public List<Seen> seen(String function) {
        return seen.stream()
                .filter(each -> each.invocation().getFunction().equals(function))
                .toList();
    }

    /** A result as the played container gives it. */
    public static Result.Builder result(Invocation invocation, ResultStatus status) {
        long now = Micros.now();
        return Result.newBuilder()
                .setInvocationId(invocation.getId())
                .setAttempt(1)
                .setTenant(invocation.getTenant())
                .setFunction(invocation.getFunction())
                .setRoutingValue(invocation.getRoutingValue())
                .setStatus(status)
                .setFunctionVersion("$LATEST")
                .setRevision(7)
                .setInstanceId(INSTANCE)
                .setContainerId(CONTAINER)
                .setReuse(Reuse.WARM)
                .setTimings(Timings.newBuilder()
                        .setPublishedUs(now - 500)
                        .setRoutedUs(now - 400)
                        .setReceivedUs(now - 300)
                        .setStartedUs(now - 200)
                        .setEndedUs(now - 100)
                        .build());
    }

    /** A success that returns the payload it was given. */
    public static Optional<Result> echo(Invocation invocation) {
        return Optional.of(result(invocation, ResultStatus.SUCCEEDED)
                .setPayload(invocation.getPayload().duplicate())
                .setLogTail("it ran\n")
                .build());
    }

    /** Text as a payload. */
    public static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a row of a table, or removes it with null. */
    public <T extends SpecificRecord> void row(TopicCatalogue.Topic<T> topic, String key, T value) {
        byte[] bytes = value == null ? null : topic.codec(registry).encode(value);
        producer.send(new ProducerRecord<>(topic.name(), key, bytes));
        producer.flush();
    }

    /** Writes bytes that nobody can read. */
    public void garbage(String topic, String key) {
        producer.send(new ProducerRecord<>(topic, key, new byte[] {1, 2, 3}));
        producer.flush();
    }

    /** Ends an invocation: writes its outcome, and its reply if somebody waits. */
    public void end(Invocation invocation, Result result) {
        if (invocation.getReplyTo() != null) {
            producer.send(new ProducerRecord<>(
                    topics.replies().name(), invocation.getReplyTo(), invocation.getId(), replies.encode(result)));
        }
        // A question has an answer and no outcome.
        if (!invocation.getExplainOnly()) {
            producer.send(new ProducerRecord<>(
                    topics.outcomes().name(), invocation.getId(), outcomes.encode(outcome(invocation, result))));
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
        producer.close(Duration.ofSeconds(2));
    }

    private void run() {
        try (consumer) {
            consumer.assign(consumer.partitionsFor(topics.invocations().name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            while (running) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                    play(each);
                }
            }
        }
    }

    private void play(ConsumerRecord<String, byte[]> each) {
        Invocation invocation;
        try {
            invocation = invocations.decode(each.value());
        } catch (UndecodableException e) {
            return;
        }
        seen.add(new Seen(invocation, each.key(), each.partition()));
        functions
                .getOrDefault(invocation.getFunction(), PlayedFleet::echo)
                .apply(invocation)
                .ifPresent(result -> end(invocation, result));
    }

    private static Outcome outcome(Invocation invocation, Result result) {
        OutcomeStatus status = switch (result.getStatus()) {
            case SUCCEEDED -> OutcomeStatus.SUCCEEDED;
            case TIMED_OUT -> OutcomeStatus.TIMED_OUT;
            case REJECTED -> OutcomeStatus.REJECTED;
            case CANCELLED -> OutcomeStatus.CANCELLED;
            case FUNCTION_ERROR, CONTAINER_EXITED, INIT_FAILED, BOUNCED, UNKNOWN -> OutcomeStatus.FAILED;
        };
        return Outcome.newBuilder()
                .setInvocationId(invocation.getId())
                .setStatus(status)
                .setResult(result)
                .setAttempts(List.of(AttemptSummary.newBuilder()
                        .setAttempt(1)
                        .setInstanceId(INSTANCE)
                        .setContainerId(CONTAINER)
                        .setStatus(result.getStatus())
                        .setErrorType(result.getErrorType())
                        .setEndedUs(result.getTimings().getEndedUs())
                        .build()))
                .setOrigin(invocation.getOrigin())
                .setWaitedFor(invocation.getReplyTo() != null)
                .setCompletedUs(Micros.now())
                .build();
    }
}
