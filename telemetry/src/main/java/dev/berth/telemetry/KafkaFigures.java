package dev.berth.telemetry;

import java.util.List;
import java.util.Set;

/**
 * Which figures of Kafka's clients and of Kafka Streams are kept: of some hundred a client, those that tell an operator that something
 * is wrong, or what. Under Micrometer's names, which are Kafka's group and figure.
 */
public final class KafkaFigures {
    /** Those that are kept, in Micrometer's names. */
    public static final List<String> KEPT = List.of(
            "kafka.consumer.fetch.manager.records.lag",
            "kafka.consumer.fetch.manager.records.lag.max",
            "kafka.consumer.fetch.manager.records.consumed.total",
            "kafka.consumer.fetch.manager.fetch.latency.avg",
            "kafka.consumer.coordinator.rebalance.total",
            "kafka.consumer.coordinator.failed.rebalance.total",
            "kafka.consumer.connection.count",
            "kafka.producer.record.send.total",
            "kafka.producer.record.error.total",
            "kafka.producer.record.retry.total",
            "kafka.producer.request.latency.avg",
            "kafka.producer.record.queue.time.avg",
            "kafka.producer.buffer.available.bytes",
            "kafka.producer.connection.count",
            "kafka.stream.alive.stream.threads",
            "kafka.stream.failed.stream.threads",
            "kafka.stream.state",
            "kafka.stream.thread.process.total",
            "kafka.stream.thread.process.latency.avg",
            "kafka.stream.thread.process.latency.max",
            "kafka.stream.thread.poll.records.avg",
            "kafka.stream.thread.commit.latency.avg",
            "kafka.stream.thread.punctuate.latency.max",
            "kafka.stream.thread.task.created.total",
            "kafka.stream.thread.task.closed.total",
            "kafka.stream.task.dropped.records.total",
            "kafka.stream.task.active.process.ratio",
            "kafka.stream.task.restore.remaining.records.total");

    private static final Set<String> SET = Set.copyOf(KEPT);

    private KafkaFigures() {}

    static boolean isKept(String id) {
        return SET.contains(id);
    }
}
