package dev.berth.bench.replay;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes invocations of one function over many keys as a plain producer does, as fast as the broker takes them, and again has them
 * replayed; each time the clock runs from the first that is published until the last outcome is on its topic.
 */
public final class ReplayRate implements AutoCloseable {
    private static final int KEYS = 64;
    private static final long STALL_NS = 120_000_000_000L;
    private static final Duration POLL = Duration.ofMillis(20);

    private final TopicCatalogue topics;
    private final AvroCodec<Invocation> codec;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> outcomes;

    /** Begins to listen for outcomes. */
    public ReplayRate(KafkaSettings kafka, SchemaRegistry registry, TopicCatalogue topics) {
        this.topics = topics;
        this.codec = topics.invocations().codec(registry).registered();
        this.producer = new KafkaProducer<>(
                kafka.producer("bench-replay"), new ByteArraySerializer(), new ByteArraySerializer());
        this.outcomes = new KafkaConsumer<>(
                kafka.consumer("bench-replay"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, topics.outcomes().partitions())
                .mapToObj(partition -> new TopicPartition(topics.outcomes().name(), partition))
                .toList();
        outcomes.assign(all);
        outcomes.seekToEnd(all);
        all.forEach(outcomes::position);
    }

    /** Runs so many, and returns how many a second ended. */
    public double live(String function, int count) {
        String run = UUID.randomUUID().toString();
        long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            String key = "k" + i % KEYS;
            Invocation invocation = Invocation.newBuilder()
                    .setId(run + '-' + i)
                    .setFunction(function)
                    .setRoutingValue(key)
                    .setPayload(ByteBuffer.wrap(("{\"n\":" + i + '}').getBytes(StandardCharsets.UTF_8)))
                    .build();
            producer.send(new ProducerRecord<>(
                    topics.invocations().name(),
                    ("default/" + function + '/' + key).getBytes(StandardCharsets.UTF_8),
                    codec.encode(invocation)));
        }
        return awaited(run + '-', count, startNs);
    }

    /**
     * Waits for what a replay runs.
     *
     * @param startNs when it was asked for
     */
    public double replayed(String replayId, int count, long startNs) {
        return awaited(replayId + '.', count, startNs);
    }

    private double awaited(String prefix, int count, long startNs) {
        byte[] begin = prefix.getBytes(StandardCharsets.UTF_8);
        int ended = 0;
        long lastNs = System.nanoTime();
        while (ended < count) {
            for (ConsumerRecord<byte[], byte[]> row : outcomes.poll(POLL)) {
                if (startsWith(row.key(), begin)) {
                    ended++;
                    lastNs = System.nanoTime();
                }
            }
            if (System.nanoTime() - lastNs > STALL_NS) {
                throw new IllegalStateException(
                        "Only " + ended + " of " + count + " ended, and no more for two minutes.");
            }
        }
        return count / ((lastNs - startNs) / 1e9);
    }

    private static boolean startsWith(byte[] key, byte[] begin) {
        if (key == null || key.length < begin.length) {
            return false;
        }
        for (int i = 0; i < begin.length; i++) {
            if (key[i] != begin[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        producer.close();
        outcomes.close();
    }
}
