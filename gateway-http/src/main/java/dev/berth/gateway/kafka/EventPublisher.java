package dev.berth.gateway.kafka;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.events.core.EventRecord;
import dev.berth.schemas.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts events on topics of the users'. {@link #publish} never blocks: a full buffer is a refusal at once. {@link #prepare} does, and
 * must have been called for the topic; {@link #isPrepared} tells whether it was, not long ago.
 */
public final class EventPublisher implements AutoCloseable {
    private static final long BUFFER_BYTES = 32L * 1024 * 1024;
    private static final int ACKNOWLEDGE_MS = 10_000;
    private static final int REQUEST_MS = 5_000;
    private static final long LOOKUP_MS = 10_000;
    private static final long LOOKUP_PAUSE_MS = 20;
    /** A topic that is deleted is noticed after so long. */
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_TOPICS = 10_000;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final UserTopics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Long> preparedNs = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param topics stays the caller's */
    public EventPublisher(KafkaSettings kafka, UserTopics topics) {
        Map<String, Object> config = kafka.producer("gateway-events");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ACKNOWLEDGE_MS);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        this.topics = topics;
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Whether events can be put on a topic without waiting. */
    public boolean isPrepared(String topic) {
        Long atNs = preparedNs.get(topic);
        return atNs != null && System.nanoTime() - atNs < FRESH_NS;
    }

    /**
     * Looks a topic up. Blocks.
     *
     * @param partitions with which it is made if it is not there; 0 not to make it
     * @throws dev.berth.gateway.core.ApiException if there is no such topic, or Kafka does not say
     */
    public void prepare(String topic, int partitions) {
        if (!topics.exists(topic)) {
            if (partitions == 0) {
                throw ApiError.notFound("There is no topic " + topic
                                + ". Create it, or add ?create=PARTITIONS to have it made. Nothing was published.")
                        .exception();
            }
            topics.create(topic, partitions);
        }
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOKUP_MS);
        while (true) {
            try {
                producer.partitionsFor(topic);
                break;
            } catch (TimeoutException e) {
                // The producer asks in the background; it has not heard yet.
                if (System.nanoTime() > untilNs || isClosedAfter(LOOKUP_PAUSE_MS)) {
                    throw refusal(topic, e).exception();
                }
            }
        }
        if (preparedNs.size() >= MOST_TOPICS) {
            preparedNs.clear();
        }
        preparedNs.put(topic, System.nanoTime());
    }

    /** Publishes; completes on any thread when the brokers have it, or with an ApiException that says why they may not. */
    public CompletableFuture<RecordMetadata> publish(String topic, EventRecord event) {
        CompletableFuture<RecordMetadata> done = new CompletableFuture<>();
        ProducerRecord<byte[], byte[]> row = new ProducerRecord<>(
                topic,
                event.key().map(key -> key.getBytes(StandardCharsets.UTF_8)).orElse(null),
                event.value());
        event.headers()
                .forEach(header ->
                        row.headers().add(header.name(), header.value().getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(row, (at, e) -> {
                if (e == null) {
                    done.complete(at);
                } else {
                    done.completeExceptionally(refusal(topic, e).exception());
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            done.completeExceptionally(refusal(topic, e).exception());
        }
        return done;
    }

    @Override
    public void close() {
        closed.countDown();
        producer.close(CLOSE);
    }

    private boolean isClosedAfter(long ms) {
        try {
            return closed.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static ApiError refusal(String topic, Exception e) {
        if (e instanceof BufferExhaustedException) {
            return ApiError.tooMany("Kafka takes events more slowly than they come, and the gateway's buffer is full."
                    + " The event was not published on " + topic + "; try again.");
        }
        if (e instanceof RecordTooLargeException) {
            return ApiError.tooLarge("The event is larger than topic " + topic
                    + " takes (its max.message.bytes). It was not published.");
        }
        return ApiError.unavailable("The event may not have been published on " + topic + " (" + e.getMessage()
                + "). Send it again; if the broker took it after all, it is there twice.");
    }
}
