package dev.berth.triggers;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Which topics there are, as of a few seconds ago. A producer that is given a topic that is not there blocks for long: who asks here
 * first does not. Thread-safe.
 */
public final class KnownTopics {
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long ANSWER_SECONDS = 15;
    private static final int MOST = 10_000;

    private record Seen(int partitions, long atNs) {}

    private final Admin admin;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    public KnownTopics(Admin admin) {
        this.admin = admin;
    }

    /**
     * How many partitions a topic has; 0 if there is no such topic.
     *
     * @throws IllegalStateException if the cluster does not say
     */
    public int partitions(String topic) {
        Seen last = seen.get(topic);
        long nowNs = System.nanoTime();
        if (last != null && nowNs - last.atNs() < FRESH_NS) {
            return last.partitions();
        }
        if (seen.size() > MOST) {
            seen.clear();
        }
        int partitions = ask(topic);
        seen.put(topic, new Seen(partitions, nowNs));
        return partitions;
    }

    private int ask(String topic) {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException) {
                return 0;
            }
            throw new IllegalStateException("Kafka does not say whether there is a topic " + topic, e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka does not say whether there is a topic " + topic, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking for topic " + topic, e);
        }
    }
}
