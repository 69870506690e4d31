package dev.berth.executor;

import dev.berth.executor.container.ContainerRuntime.RunningContainer;
import dev.berth.executor.pool.PoolEvent;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures what containers hold after they have run something, on a thread of its own, so that the pool knows what it would
 * lose with them.
 */
final class StateGauge implements AutoCloseable {
    // State grows over many invocations; a measurement takes some 50 microseconds, and a walk through a few files.
    private static final long EACH_MS = 3_000;

    private final Consumer<PoolEvent> pool;
    private final ScheduledExecutorService thread;

    StateGauge(String instanceId, Consumer<PoolEvent> pool) {
        this.pool = pool;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "berth-" + instanceId + "-gauge");
            made.setDaemon(true);
            return made;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = executor;
    }

    /** Its init is over: what it holds from now on is state. On the event loop, before it can be handed anything. */
    void ready(LiveContainer live) {
        RunningContainer container = running(live);
        live.initBytes = container == null ? 0 : container.memoryBytes();
    }

    /** It has run something. Hot; from any thread. */
    void executed(LiveContainer live) {
        if (live.measuring.get() || !live.measuring.compareAndSet(false, true)) {
            return;
        }
        long waitMs = live.measuredMs == 0 ? 0 : live.measuredMs + EACH_MS - nowMs();
        try {
            thread.schedule(() -> measure(live), Math.max(0, waitMs), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return; // The instance closes.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void measure(LiveContainer live) {
        // What ends from now on may not be seen by this measurement, and asks for the next.
        live.measuredMs = nowMs();
        live.measuring.set(false);
        RunningContainer container = running(live);
        if (container != null) {
            long bytes = Math.max(0, container.memoryBytes() - live.initBytes) + container.fileBytes();
            pool.accept(new PoolEvent.StateMeasured(live.id, bytes));
            live.stateBytes = bytes;
        }
    }

    private static RunningContainer running(LiveContainer live) {
        synchronized (live) {
            return live.container;
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
