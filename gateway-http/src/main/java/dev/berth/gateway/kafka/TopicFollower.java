package dev.berth.gateway.kafka;

import dev.berth.schemas.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps views up to date with their topics: one consumer without a group, on one named thread, over every partition.
 *
 * <p>What fails is tried again until {@link #close}; a view never skips what it could not take for a while.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MS = 500;
    private static final long CHECK_NS = 5_000_000_000L;
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(3);
    /** So many records at once are worth a fetch of their own: then there are more, and it does not wait for company. */
    private static final int MANY = 100;

    private static final CloseOptions CLOSE = CloseOptions.timeout(Duration.ofSeconds(2));

    private final String name;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, TopicView> views;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Object lock = new Object();
    private final Map<TopicPartition, Long> reached = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final Thread thread;
    private final long gatherMs;
    private volatile String problem;
    private long checkedNs = System.nanoTime();

    private record Waiter(TopicPartition partition, long offset, CompletableFuture<Void> done) {}

    /**
     * Starts to follow.
     *
     * @param name of the thread and the Kafka client
     * @param views by topic
     */
    public TopicFollower(String name, KafkaSettings kafka, Map<String, TopicView> views) {
        this(name, kafka, views, 0);
    }

    /**
     * Starts to follow topics on which much goes by.
     *
     * @param gatherMs how far behind the views may be, so that what comes meanwhile is taken in together: each fetch costs the
     *     calls that are under way some of their time
     */
    public TopicFollower(String name, KafkaSettings kafka, Map<String, TopicView> views, long gatherMs) {
        this.name = name;
        this.gatherMs = gatherMs;
        this.views = Map.copyOf(views);
        this.consumer =
                new KafkaConsumer<>(kafka.consumer(name), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when every view has what was on its topics when the follower started. */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /** What keeps the views from being up to date, if anything does. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Completes when the record at an offset is in its view. */
    public CompletableFuture<Void> applied(TopicPartition partition, long offset) {
        Waiter waiter = new Waiter(partition, offset, new CompletableFuture<>());
        synchronized (lock) {
            if (reached.getOrDefault(partition, 0L) <= offset) {
                waiters.add(waiter);
                return waiter.done();
            }
        }
        waiter.done().complete(null);
        return waiter.done();
    }

    @Override
    public void close() {
        closed.countDown();
        consumer.wakeup();
        try {
            // Without a bound, as the views are closed next; everything the thread does is bounded or ends with the
            // latch.
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Map<TopicPartition, Long> ends = retried("start", this::start);
            while (ends != null && !isClosed()) {
                ConsumerRecords<byte[], byte[]> records = retried("read", () -> consumer.poll(POLL));
                if (records == null) {
                    return;
                }
                for (TopicPartition partition : records.partitions()) {
                    long next = records.nextOffsets().get(partition).offset();
                    retried("apply", () -> {
                        views.get(partition.topic()).apply(partition, records.records(partition), next);
                        return true;
                    });
                }
                if (!isClosed()) {
                    Map<TopicPartition, Long> awaited = ends;
                    retried("advance", () -> advance(awaited));
                    retried("reach the broker", this::check);
                    gather(records.count());
                }
            }
        } catch (WakeupException | InterruptException closing) {
            log.debug("Follower stopped name={}", name);
        } finally {
            consumer.close(CLOSE);
            IllegalStateException stopped = new IllegalStateException("The gateway was closed");
            caughtUp.completeExceptionally(stopped);
            synchronized (lock) {
                waiters.forEach(waiter -> waiter.done().completeExceptionally(stopped));
                waiters.clear();
            }
        }
    }

    private void gather(int came) {
        if (gatherMs > 0 && came > 0 && came < MANY && caughtUp.isDone()) {
            pause(gatherMs);
        }
    }

    private Map<TopicPartition, Long> start() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : views.keySet()) {
            List<PartitionInfo> found = consumer.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new IllegalStateException("Topic " + topic + " does not exist");
            }
            found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            var checkpoint = views.get(partition.topic()).checkpoint(partition);
            // A checkpoint beyond the end is of a topic that was made anew.
            if (checkpoint.isPresent() && checkpoint.getAsLong() <= ends.get(partition)) {
                consumer.seek(partition, checkpoint.getAsLong());
            } else {
                consumer.seekToBeginning(List.of(partition));
            }
        }
        return ends;
    }

    /** Notes how far the views are, and tells those who wait for it. */
    private Boolean advance(Map<TopicPartition, Long> ends) {
        boolean all = true;
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            // Positions and not the records' offsets: compaction and markers leave gaps before the end.
            long position = consumer.position(partition);
            positions.put(partition, position);
            all &= position >= ends.get(partition);
        }
        List<Waiter> served = new ArrayList<>();
        synchronized (lock) {
            reached.putAll(positions);
            waiters.removeIf(waiter -> {
                boolean there = positions.getOrDefault(waiter.partition(), 0L) > waiter.offset();
                if (there) {
                    served.add(waiter);
                }
                return there;
            });
        }
        served.forEach(waiter -> waiter.done().complete(null));
        if (all && !caughtUp.isDone()) {
            caughtUp.complete(null);
        }
        return true;
    }

    /** A consumer does not say that its broker is gone: it waits. So it is asked, now and then. */
    private Boolean check() {
        if (System.nanoTime() - checkedNs > CHECK_NS) {
            consumer.endOffsets(consumer.assignment(), CHECK_TIMEOUT);
            checkedNs = System.nanoTime();
        }
        return true;
    }

    private interface Step<T> {
        T run();
    }

    /** Runs a step until it succeeds; null if the follower is closed before. */
    private <T> T retried(String what, Step<T> step) {
        while (!isClosed()) {
            try {
                T value = step.run();
                if (problem != null) {
                    log.info("Follower recovered name={}", name);
                    problem = null;
                }
                return value;
            } catch (WakeupException | InterruptException closing) {
                throw closing;
            } catch (RuntimeException e) {
                if (problem == null) {
                    log.warn("Follower cannot {}, tries again name={} cause={}", what, name, e.toString());
                }
                problem = name + " cannot " + what + ": " + e.getMessage();
                pause(RETRY_MS);
            }
        }
        return null;
    }

    private void pause(long forMs) {
        try {
            closed.await(forMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }
}
