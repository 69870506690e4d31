package dev.berth.executor.logs;

import dev.berth.executor.container.ContainerLog;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.Limits;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what an instance's containers print to the logs topic, on a thread of its own that looks at those that run a few times
 * a second. An invocation waits for nothing here: it leaves a mark in its container's log, at which the log is cut.
 *
 * <p>Memory is bounded, whatever is printed and however long the broker is away: logs wait in their files, up to 1 MB each, and
 * in a producer's buffer. What is over is counted, and the count is told with the next chunk of that container.
 */
public final class LogShipper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogShipper.class);
    // Idle containers print little, and seldom.
    private static final int IDLE_EVERY = 20;
    private static final long ENDED_PATIENCE_MS = 10_000;
    private static final long SAY_EVERY_MS = 60_000;

    private final String instanceId;
    private final LogLimits limits;
    private final ChunkWriter writer;
    private final Queue<Ending> logs = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService thread;
    private final byte[] buffer = new byte[Limits.LOG_CHUNK_BYTES];
    private final LongAdder unsent = new LongAdder();
    private int round;
    private long saidMs;

    /** A log, and since when its container has ended; 0 while it has not. */
    private static final class Ending {
        private final FollowedLog log;
        private long sinceMs;

        private Ending(FollowedLog log) {
            this.log = log;
        }
    }

    /** Starts. The schema is registered now. */
    public LogShipper(
            String instanceId, KafkaSettings kafka, TopicCatalogue topics, SchemaRegistry registry, LogLimits limits) {
        this.instanceId = instanceId;
        this.limits = limits;
        this.writer = new ChunkWriter(instanceId, kafka, topics, registry);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "berth-" + instanceId + "-logs");
            made.setDaemon(true);
            return made;
        });
        long everyMs = limits.every().toMillis();
        thread.scheduleWithFixedDelay(this::ship, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    /** Ships what a container prints from its start to its end, and closes its log then. Any thread. */
    public void follow(LogSource source, ContainerLog file) {
        ByteBudget budget = new ByteBudget(limits.bytesPerSecond(), limits.burstBytes(), System.currentTimeMillis());
        logs.add(new Ending(new FollowedLog(source, file, budget, unsent)));
    }

    /** Ships what there is, and waits shortly for the broker to have it. The containers have ended. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(5, TimeUnit.SECONDS)) {
                ship();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
        logs.forEach(each -> each.log.file().close());
    }

    private void ship() {
        long nowMs = System.currentTimeMillis();
        boolean all = round++ % IDLE_EVERY == 0 || thread.isShutdown();
        for (Iterator<Ending> each = logs.iterator(); each.hasNext(); ) {
            Ending next = each.next();
            try {
                if ((all || next.log.isBusy()) && ended(next, nowMs)) {
                    each.remove();
                }
            } catch (RuntimeException e) {
                // The others are to be shipped all the same.
                log.error("A container's log cannot be shipped, and is given up instance={}", instanceId, e);
                next.log.file().close();
                each.remove();
            }
        }
        sayIfLost(nowMs);
    }

    private boolean ended(Ending next, long nowMs) {
        boolean complete = next.log.file().isComplete();
        boolean shipped = next.log.ship(writer, buffer, nowMs);
        if (!complete) {
            return false;
        }
        next.sinceMs = next.sinceMs == 0 ? nowMs : next.sinceMs;
        if (!shipped && nowMs - next.sinceMs < ENDED_PATIENCE_MS) {
            return false;
        }
        next.log.giveUp();
        next.log.file().close();
        return true;
    }

    private void sayIfLost(long nowMs) {
        if (unsent.sum() > 0 && nowMs - saidMs >= SAY_EVERY_MS) {
            saidMs = nowMs;
            log.warn(
                    "The broker does not take what containers print: {} bytes were dropped instance={}. Invocations go on; "
                            + "their logs tell how much is missing.",
                    unsent.sumThenReset(),
                    instanceId);
        }
    }
}
