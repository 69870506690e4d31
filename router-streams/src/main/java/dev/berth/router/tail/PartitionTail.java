package dev.berth.router.tail;

import dev.berth.schemas.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A partition as it is now, to be read from some place to its present end. One thread. */
public final class PartitionTail implements AutoCloseable {
    private final TopicPartition partition;
    private final KafkaConsumer<String, byte[]> consumer;
    private final long end;

    /** Opens it. */
    public PartitionTail(KafkaSettings kafka, String clientId, TopicPartition partition) {
        Map<String, Object> config = kafka.consumer(clientId);
        // Closing waits for the fetch that is parked at the broker; half a second a partition is too long a start.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
        this.partition = partition;
        this.consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        try {
            consumer.assign(List.of(partition));
            this.end = endOf(partition);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** The offset that the next record of it had when it was opened. */
    public long end() {
        return end;
    }

    /** The offset that the next record of any partition has now. */
    public long endOf(TopicPartition other) {
        return consumer.endOffsets(List.of(other)).get(other);
    }

    /** The first offset that was written at this time or later; the end if none was. */
    public long offsetAt(long epochMs) {
        if (end == 0) {
            return end;
        }
        OffsetAndTimestamp since =
                consumer.offsetsForTimes(Map.of(partition, epochMs)).get(partition);
        return since == null ? end : since.offset();
    }

    /** Hands over every record that there still is. */
    public void readAll(Consumer<ConsumerRecord<String, byte[]>> each) {
        consumer.seekToBeginning(List.of(partition));
        readOn(each);
    }

    /** Hands over every record from an offset to the end. */
    public void readFrom(long offset, Consumer<ConsumerRecord<String, byte[]>> each) {
        consumer.seek(partition, offset);
        readOn(each);
    }

    private void readOn(Consumer<ConsumerRecord<String, byte[]>> each) {
        while (consumer.position(partition) < end) {
            consumer.poll(Duration.ofSeconds(1)).forEach(each);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
