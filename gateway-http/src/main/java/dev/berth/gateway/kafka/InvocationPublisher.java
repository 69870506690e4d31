package dev.berth.gateway.kafka;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.routing.Partitions;
import dev.berth.telemetry.Telemetry;
import dev.berth.telemetry.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Puts invocations on their topic. Hot: on the way of each invocation.
 *
 * <p>Never blocks: {@code max.block.ms} is 0, so a full buffer is a refusal at once, which is the backpressure that callers see.
 * The topic's partitions are looked up before the first invocation is accepted and never forgotten.
 */
public final class InvocationPublisher implements AutoCloseable {
    private static final long BUFFER_BYTES = 64L * 1024 * 1024;
    private static final int ACKNOWLEDGE_MS = 10_000;
    private static final int REQUEST_MS = 5_000;
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long LOOKUP_PAUSE_MS = 20;
    private static final long LOOKUP_MS = 30_000;

    private final String topic;
    private final int partitions;
    private final AvroCodec<Invocation> codec;
    private final KafkaProducer<String, byte[]> producer;
    private final AutoCloseable figures;
    private final CountDownLatch closed = new CountDownLatch(1);

    public InvocationPublisher(
            KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, Telemetry telemetry) {
        Map<String, Object> config = kafka.producer("gateway-invocations");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ACKNOWLEDGE_MS);
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Integer.MAX_VALUE);
        this.topic = topics.invocations().name();
        this.partitions = topics.invocations().partitions();
        this.codec = topics.invocations().codec(registry);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        this.figures = telemetry.bind(producer);
    }

    /** Registers the schema and looks the topic up. Blocks; called once, before the first {@link #publish}. */
    public void prepare() throws InterruptedException {
        codec.registered();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOKUP_MS);
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > until || closed.await(LOOKUP_PAUSE_MS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(
                            "Topic " + topic + " was not found within " + LOOKUP_MS / 1000
                                    + " s. Is the broker reachable, and were the topics made?",
                            e);
                }
            }
        }
    }

    /** The partition in which an invocation is put. */
    public int partition(Invocation invocation, boolean meetsAtFunction) {
        return Partitions.of(invocation, meetsAtFunction, partitions);
    }

    /**
     * Publishes an invocation where {@link Partitions} says that it belongs.
     *
     * @param meetsAtFunction all of its function's invocations meet at one partition, since they are counted there
     * @param done told once, on any thread: empty when the brokers have it, else why they may not have it
     */
    public void publish(Invocation invocation, boolean meetsAtFunction, Consumer<Optional<ApiError>> done) {
        int partition = partition(invocation, meetsAtFunction);
        String key = Partitions.keyText(invocation);
        String id = invocation.getId();
        try {
            ProducerRecord<String, byte[]> message =
                    new ProducerRecord<>(topic, partition, key, codec.encode(invocation));
            String trace = invocation.getHeaders().get(TraceContext.TRACEPARENT);
            if (trace != null) {
                // For other readers of the topic, which look for it here.
                message.headers().add(TraceContext.TRACEPARENT, trace.getBytes(StandardCharsets.UTF_8));
            }
            producer.send(
                    message, (metadata, e) -> done.accept(Optional.ofNullable(e).map(failure -> refusal(id, failure))));
        } catch (KafkaException | IllegalStateException e) {
            done.accept(Optional.of(refusal(id, e)));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Telemetry.letGo(figures);
        producer.close(CLOSE);
    }

    private static ApiError refusal(String id, Exception e) {
        if (e instanceof BufferExhaustedException) {
            return ApiError.tooMany(
                    "Kafka takes invocations more slowly than they come, and the gateway's buffer is full."
                            + " Invocation " + id + " was not published; try again.");
        }
        if (e instanceof RecordTooLargeException) {
            return ApiError.tooLarge("Invocation " + id + " with its attributes is larger than a record may be.");
        }
        return ApiError.unavailable("Invocation " + id + " could not be published (" + e.getMessage()
                + "). It may still run if the broker took it; look under GET /jobs/" + id + ", or try again.");
    }
}
