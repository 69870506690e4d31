package dev.berth.gateway.kafka;

import dev.berth.schemas.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Stretches of a topic, read on demand. Thread-safe. */
public final class TopicStretches implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(1));

    private final KafkaSettings kafka;
    private final String client;
    private final String topic;
    private final int partitions;
    private volatile boolean closed;

    /** @param client what the broker knows the readers by */
    public TopicStretches(KafkaSettings kafka, String client, String topic, int partitions) {
        this.kafka = kafka;
        this.client = client;
        this.topic = topic;
        this.partitions = partitions;
    }

    /**
     * Starts to read what was written in a stretch of time. Blocks shortly.
     *
     * @param fromMs epoch milliseconds
     * @param toMs of this moment none any more
     */
    public Reading read(long fromMs, long toMs) {
        return new Reading(fromMs, toMs);
    }

    /** Ends every reading with {@link IllegalStateException}. */
    @Override
    public void close() {
        closed = true;
    }

    /** One reading, by one thread. Records come in the order of their partitions' logs, partitions as they come. */
    public final class Reading implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final long toMs;
        private final Map<TopicPartition, Long> ends = new HashMap<>();
        private final long records;
        private long bytes;

        private Reading(long fromMs, long toMs) {
            Map<String, Object> config = kafka.consumer(client);
            // Closing waits for the fetch that is parked at the broker.
            config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
            this.toMs = toMs;
            this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                this.records = position(fromMs);
            } catch (RuntimeException e) {
                consumer.close(CLOSE);
                throw e;
            }
        }

        /** How many records there are at most. */
        public long records() {
            return records;
        }

        /** How many bytes were read so far. */
        public long bytes() {
            return bytes;
        }

        /** Some more records, perhaps none for now; empty when that was all. */
        public Optional<List<ConsumerRecord<byte[], byte[]>>> next() {
            ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            if (ends.isEmpty()) {
                return Optional.empty();
            }
            if (closed) {
                throw new IllegalStateException("The gateway was closed");
            }
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> !ends.containsKey(partition))
                    .toList());
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> row : polled) {
                bytes += Math.max(0, row.serializedKeySize()) + Math.max(0, row.serializedValueSize());
            }
            return Optional.of(polled.partitions().stream()
                    .flatMap(partition -> polled.records(partition).stream()
                            .filter(row -> row.offset() < ends.get(partition) && row.timestamp() < toMs))
                    .toList());
        }

        @Override
        public void close() {
            consumer.close(CLOSE);
        }

        private long position(long fromMs) {
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            Map<TopicPartition, Long> last = consumer.endOffsets(all);
            Map<TopicPartition, OffsetAndTimestamp> first = atTime(all, fromMs);
            Map<TopicPartition, OffsetAndTimestamp> beyond = atTime(all, toMs);
            long count = 0;
            for (TopicPartition partition : all) {
                OffsetAndTimestamp start = first.get(partition);
                OffsetAndTimestamp stop = beyond.get(partition);
                long end = stop == null ? last.get(partition) : stop.offset();
                if (start != null && start.offset() < end) {
                    ends.put(partition, end);
                    count += end - start.offset();
                }
            }
            consumer.assign(ends.keySet());
            ends.keySet()
                    .forEach(partition ->
                            consumer.seek(partition, first.get(partition).offset()));
            return count;
        }

        private Map<TopicPartition, OffsetAndTimestamp> atTime(List<TopicPartition> all, long ms) {
            Map<TopicPartition, Long> times = new HashMap<>();
            all.forEach(partition -> times.put(partition, Math.max(0, ms)));
            return consumer.offsetsForTimes(times);
        }
    }
}
