package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.router.core.RouterLimits;
import dev.berth.router.tail.PartitionTail;
import dev.berth.schemas.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
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
            Map<String, Ended> done = new HashMap<>();
            try (PartitionTail tail = new PartitionTail(
                    kafka, "berth-router-outcome-tail-" + partition, new TopicPartition(outcomesTopic, partition))) {
                long since = tail.offsetAt(System.currentTimeMillis() - limits.doneKeptMs());
                tail.readFrom(
                        Math.max(since, tail.end() - limits.doneKept()),
                        record -> done.put(record.key(), ended(record)));
            }
            Logger log = LoggerFactory.getLogger(OutcomeTail.class);
            log.info("Read back outcomes partition={} outcomes={}", partition, done.size());
            return done;
        };
    }

    private static Ended ended(ConsumerRecord<String, byte[]> record) {
        return new Ended(
                record.timestamp(), header(record, TENANT), header(record, FUNCTION), header(record, CONTAINER));
    }
}
