package dev.berth.router.streams;

import dev.berth.router.core.RouterLimits;
import dev.berth.schemas.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a router task has already decided, read back from its own partition of the outcomes topic when the task starts.
 *
 * <p>Processing is at-least-once: after a crash a task sees results again that it had turned into outcomes. Since each task
 * writes its outcomes to the partition of its own number, the end of that partition is an exact list of them, and no
 * invocation gets a second outcome. It saves the write of a changelog record for each invocation.
 */
public interface OutcomeTail {
    /** Ids of invocations with an outcome in a partition, and when it was written (epoch milliseconds). */
    Map<String, Long> read(int partition);

    /** No outcomes yet: for topologies under test. */
    static OutcomeTail empty() {
        return partition -> Map.of();
    }

    /** Reads the outcomes topic. */
    static OutcomeTail of(KafkaSettings kafka, String outcomesTopic, RouterLimits limits) {
        return partition -> {
            Map<String, Object> config = kafka.consumer("berth-router-outcome-tail-" + partition);
            // Closing waits for the fetch that is parked at the broker; half a second a partition is too long a start.
            config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
            try (Consumer<String, byte[]> consumer =
                    new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
                return read(consumer, new TopicPartition(outcomesTopic, partition), limits);
            }
        };
    }

    private static Map<String, Long> read(
            Consumer<String, byte[]> consumer, TopicPartition partition, RouterLimits limits) {
        Map<String, Long> done = new HashMap<>();
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        if (end == 0) {
            return done;
        }
        long sinceMs = System.currentTimeMillis() - limits.doneKeptMs();
        OffsetAndTimestamp since =
                consumer.offsetsForTimes(Map.of(partition, sinceMs)).get(partition);
        if (since == null) {
            return done;
        }
        consumer.seek(partition, Math.max(since.offset(), end - limits.doneKept()));
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                done.put(record.key(), record.timestamp());
            }
        }
        Logger log = LoggerFactory.getLogger(OutcomeTail.class);
        log.info("Read back outcomes partition={} outcomes={}", partition, done.size());
        return done;
    }
}
