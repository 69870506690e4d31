package dev.berth.cli.local;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started and must be stopped, in which order, whatever moment the stop comes at. Thread-safe: parts are started
 * in parallel, and the stop may come from the shutdown hook in the middle of that.
 */
final class Parts {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);
    private static final long STAGE_SECONDS = 20;

    /** The order of stopping: who takes work in stops first, who others need stops last. */
    enum Stage {
        GATEWAY,
        TRIGGERS,
        EXECUTORS,
        ROUTER,
        BROKER
    }

    private record Part(Stage stage, String name, AutoCloseable what) {}

    private final List<Part> parts = new ArrayList<>();
    private boolean stopping;

    /** Takes charge of a part that was started; if all is being stopped already, stops it at once. */
    <T extends AutoCloseable> T add(Stage stage, String name, T part) {
        Part added = new Part(stage, name, part);
        synchronized (this) {
            if (!stopping) {
                parts.add(added);
                return part;
            }
        }
        stop(added);
        throw new IllegalStateException("Berth was stopped while it started.");
    }

    /** Stops everything in order, the parts of one stage at the same time. Returns when all is down; once more does nothing. */
    void stop() {
        List<Part> all;
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
            all = parts.stream().sorted(Comparator.comparing(Part::stage)).toList();
        }
        for (Stage stage : Stage.values()) {
            stopTogether(all.stream().filter(part -> part.stage() == stage).toList());
        }
    }

    /** Stops the parts of one stage, and has charge of them no longer. */
    void stop(Stage stage) {
        List<Part> those;
        synchronized (this) {
            those = parts.stream().filter(part -> part.stage() == stage).toList();
            parts.removeAll(those);
        }
        stopTogether(those);
    }

    private static void stopTogether(List<Part> those) {
        List<Thread> threads = those.stream()
                .map(part -> new Thread(() -> stop(part), "stop-" + part.name()))
                .toList();
        threads.forEach(Thread::start);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(STAGE_SECONDS);
        for (Thread thread : threads) {
            awaitEnd(thread, deadlineNs);
        }
    }

    private static void awaitEnd(Thread thread, long deadlineNs) {
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime())));
            if (thread.isAlive()) {
                log.warn(
                        "{} did not end within {} s; the next stage is stopped without waiting for it",
                        thread.getName(),
                        STAGE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(Part part) {
        try {
            part.what().close();
            log.info("Stopped part={}", part.name());
        } catch (Exception e) {
            // The others must be stopped all the same.
            log.warn("Stopping {} failed: {}", part.name(), e.toString(), e);
        }
    }
}
