package dev.berth.replay.read;

import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.ReplayRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads ranges of a topic to their ends. Used by one thread. */
public final class RangeReader implements AutoCloseable {
    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(1));
    private static final int FETCH_WAIT_MS = 20;
    private static final int POLLED = 2_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<Integer, Long> expiredTo = new HashMap<>();

    /** The topic is not what the ranges were taken from. */
    public static final class RangeGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public RangeGone(String message) {
            super(message);
        }
    }

    /**
     * Opens a reader.
     *
     * @param from where of a range to begin
     * @throws RangeGone if the topic does not reach to the ranges' ends
     */
    public RangeReader(
            KafkaSettings kafka,
            String client,
            String topic,
            List<ReplayRange> ranges,
            ToLongFunction<ReplayRange> from) {
        Map<String, Object> settings = kafka.consumer(client);
        // Closing waits for the fetch that is parked at the broker.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED);
        this.topic = topic;
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            position(ranges, from);
        } catch (RuntimeException e) {
            consumer.close(CLOSE);
            throw e;
        }
    }

    private void position(List<ReplayRange> ranges, ToLongFunction<ReplayRange> from) {
        List<TopicPartition> all = ranges.stream()
                .map(range -> new TopicPartition(topic, range.getPartition()))
                .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(all);
        Map<TopicPartition, Long> last = consumer.endOffsets(all);
        consumer.assign(all);
        for (ReplayRange range : ranges) {
            TopicPartition at = new TopicPartition(topic, range.getPartition());
            if (last.get(at) < range.getToOffset()) {
                throw new RangeGone("Topic " + topic + " ends at offset " + last.get(at) + " of partition "
                        + range.getPartition() + ", before the range's end " + range.getToOffset()
                        + ": it is another topic than when the range was taken, or it lost records.");
            }
            long begin = from.applyAsLong(range);
            long there = Math.min(Math.max(begin, first.get(at)), range.getToOffset());
            if (there > begin) {
                expiredTo.put(range.getPartition(), there);
            }
            consumer.seek(at, there);
            ends.put(at, range.getToOffset());
        }
    }

    /** Where partitions begin of which the first records are not there any more. */
    public Map<Integer, Long> expiredTo() {
        return Map.copyOf(expiredTo);
    }

    /** Some more records, perhaps none. */
    public List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) {
        consumer.pause(ends.entrySet().stream()
                .filter(end -> consumer.position(end.getKey()) >= end.getValue())
                .map(Map.Entry::getKey)
                .toList());
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> row : consumer.poll(atMost)) {
            if (row.offset() < ends.get(new TopicPartition(topic, row.partition()))) {
                records.add(row);
            }
        }
        return records;
    }

    /** Whether all was read. */
    public boolean isAtEnd() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close(CLOSE);
    }
}
