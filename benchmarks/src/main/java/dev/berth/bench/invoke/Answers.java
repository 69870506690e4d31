package dev.berth.bench.invoke;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads partitions on a thread of its own, and hands each record to whoever waits for its key, or wherever it is to go. */
final class Answers implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long PATIENCE_S = 30;
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(2));

    private final Map<String, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Consumer<ConsumerRecord<String, byte[]>> onward;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * From the end of the partitions as it is now.
     *
     * @param config of the consumer, but for its deserializers
     */
    Answers(Map<String, Object> config, List<TopicPartition> partitions) {
        this(config, partitions, null);
    }

    /** @param onward takes each record; null: who waits for its key does */
    Answers(
            Map<String, Object> config,
            List<TopicPartition> partitions,
            Consumer<ConsumerRecord<String, byte[]>> onward) {
        this.onward = onward == null ? this::answer : onward;
        consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Seeking is lazy; asking for the position makes it so.
        partitions.forEach(consumer::position);
        thread = new Thread(this::read, "bench-answers");
        thread.setDaemon(true);
        thread.start();
    }

    /** A record that is waited for; to be called before what makes it is sent. */
    CompletableFuture<byte[]> expect(String key) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        waiting.put(key, answer);
        return answer;
    }

    /** Waits for what was expected. */
    static byte[] await(CompletableFuture<byte[]> answer) throws Exception {
        return answer.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        consumer.wakeup();
        thread.join();
    }

    private void answer(ConsumerRecord<String, byte[]> read) {
        CompletableFuture<byte[]> answer = read.key() == null ? null : waiting.remove(read.key());
        if (answer != null) {
            answer.complete(read.value());
        }
    }

    private void read() {
        try {
            while (!closed) {
                consumer.poll(POLL).forEach(onward);
            }
        } catch (WakeupException e) {
            // Closing.
        } finally {
            consumer.close(CLOSE);
        }
    }
}
