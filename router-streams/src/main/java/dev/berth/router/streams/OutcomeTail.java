package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import org.apache.kafka.common.header.Header;
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
    /**
     * What an outcome says of an invocation that has ended.
     *
     * @param endedMs when it was written, epoch milliseconds
     * @param tenant whose function it was; null if the record does not say, like the next two
     * @param containerId where it ran
     */
    record Ended(long endedMs, String tenant, String function, String containerId) {}

    /** The invocations with an outcome in a partition, by id. */
    Map<String, Ended> read(int partition);

    /** Headers of an outcome's record: what is wanted of it here, so that the rest need not be read. */
    String TENANT = "berth-tenant";

    /** The function. */
    String FUNCTION = "berth-function";

    /** The container that it ran in. */
    String CONTAINER = "berth-container";

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }

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

    private static Map<String, Ended> read(
            Consumer<String, byte[]> consumer, TopicPartition partition, RouterLimits limits) {
        Map<String, Ended> done = new HashMap<>();
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
                done.put(
                        record.key(),
                        new Ended(
                                record.timestamp(),
                                header(record, TENANT),
                                header(record, FUNCTION),
                                header(record, CONTAINER)));
            }
        }
        Logger log = LoggerFactory.getLogger(OutcomeTail.class);
        log.info("Read back outcomes partition={} outcomes={}", partition, done.size());
        return done;
    }
}
