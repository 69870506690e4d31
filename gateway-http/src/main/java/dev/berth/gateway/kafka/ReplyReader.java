package dev.berth.gateway.kafka;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Result;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.UndecodableException;
import dev.berth.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition of the replies topic, from its end, on the thread {@code gateway-replies}, and hands results to those who
 * wait. Hot: on the way of each synchronous invocation.
 *
 * <p>Other gateways' replies may lie on the partition too; they are told by their key and not decoded.
 */
public final class ReplyReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplyReader.class);
    private static final String NAME = "gateway-replies";
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long RETRY_MS = 200;
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(2));

    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AutoCloseable figures;
    private final AvroCodec<Result> codec;
    private final PendingReplies pending;
    private final CompletableFuture<Void> positioned = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    public ReplyReader(
            KafkaSettings kafka,
            TopicCatalogue topics,
            SchemaRegistry registry,
            int partition,
            PendingReplies pending,
            Telemetry telemetry) {
        var config = kafka.consumer(NAME);
        // After a gap in the log nobody waits for what was before it.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        this.partition = new TopicPartition(topics.replies().name(), partition);
        this.codec = topics.replies().codec(registry).registered();
        this.pending = pending;
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.figures = telemetry.bind(consumer);
        this.thread = new Thread(this::run, NAME);
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when the end of the partition is known: any reply from then on is read. */
    public CompletableFuture<Void> positioned() {
        return positioned;
    }

    @Override
    public void close() {
        closed.countDown();
        Telemetry.letGo(figures);
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            consumer.assign(List.of(partition));
            while (closed.getCount() > 0) {
                try {
                    step();
                } catch (WakeupException | InterruptException closing) {
                    return;
                } catch (RuntimeException e) {
                    log.warn("Replies cannot be read, trying again partition={} cause={}", partition, e.toString());
                    closed.await(RETRY_MS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            consumer.close(CLOSE);
            positioned.completeExceptionally(new IllegalStateException("The gateway was closed"));
        }
    }

    private void step() {
        if (!positioned.isDone()) {
            consumer.seekToEnd(List.of(partition));
            // Seeking is lazy; asking for the position makes it so.
            long end = consumer.position(partition);
            log.info("Replies are read partition={} from={}", partition, end);
            positioned.complete(null);
        }
        for (ConsumerRecord<byte[], byte[]> reply : consumer.poll(POLL)) {
            deliver(reply);
        }
    }

    private void deliver(ConsumerRecord<byte[], byte[]> reply) {
        if (reply.key() == null) {
            return;
        }
        String id = new String(reply.key(), StandardCharsets.UTF_8);
        if (!pending.awaits(id)) {
            return;
        }
        try {
            Result result = codec.decode(reply.value());
            pending.take(id).ifPresent(waiter -> waiter.replied(result));
        } catch (UndecodableException e) {
            log.warn(
                    "Reply cannot be read, its caller goes on waiting invocation={} offset={} reason={}",
                    id,
                    reply.offset(),
                    e.reason().word());
        } catch (RuntimeException e) {
            // The registry, most likely. The replies behind this one must not be lost with it.
            log.warn("Reply cannot be delivered invocation={} offset={}", id, reply.offset(), e);
        }
    }
}
