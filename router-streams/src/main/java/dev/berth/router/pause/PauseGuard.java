package dev.berth.router.pause;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this process did not run for a while: it was stopped, its machine was suspended, or its memory was collected for
 * seconds.
 *
 * <p>The broker may have given its tasks to another process meanwhile, and it learns of that only when it next hears from the
 * broker. Until then it would decide on what it had in hand: end invocations a second time, and miss instances whose heartbeats it
 * slept through. So a task that was there before such a pause does nothing more; the thread gives its tasks up and takes again what
 * is still its own. A pause that cost it nothing costs a rebalance.
 *
 * <p>Thread-safe. A thread of its own looks at the clocks, so that a stream thread which is busy for long is not taken for one that
 * slept.
 */
public final class PauseGuard implements AutoCloseable {
    /** Below the shortest session that a broker can be set to for a streams group's member, 3 s in {@code berth up}. */
    static final Duration PAUSE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(PauseGuard.class);
    private static final long LOOK_MS = 100;
    private static final long BEGAN_MS = System.nanoTime() / 1_000_000;
    private static final long BEGAN_EPOCH_MS = System.currentTimeMillis();

    private final LongSupplier clockMs;
    private final Thread looking;
    private volatile long seenMs;
    private volatile int pauses;

    private PauseGuard(LongSupplier clockMs, boolean own) {
        this.clockMs = clockMs;
        this.seenMs = clockMs.getAsLong();
        this.looking = own ? new Thread(this::look, "berth-pause-guard") : null;
    }

    /** Looks at the clocks of this machine until it is closed. */
    public static PauseGuard start() {
        PauseGuard guard = new PauseGuard(PauseGuard::clockMs, true);
        guard.looking.setDaemon(true);
        guard.looking.start();
        return guard;
    }

    /** For tests: a pause is a leap of this clock between two questions. */
    public static PauseGuard by(LongSupplier clockMs) {
        return new PauseGuard(clockMs, false);
    }

    /** How many pauses there have been. Hot: called for each record. */
    public int pauses() {
        if (clockMs.getAsLong() - seenMs > PAUSE.toMillis()) {
            noticed();
        }
        return pauses;
    }

    /**
     * Lets a task go on only if there was no pause since it began.
     *
     * @param pausesBefore what {@link #pauses} was then
     * @throws TaskMigratedException which makes its stream thread give up its tasks without writing anything, and rejoin
     */
    public void requireNoneSince(int pausesBefore) {
        if (pauses() != pausesBefore) {
            throw new TaskMigratedException("This process did not run for more than " + PAUSE.toMillis()
                    + " ms; its tasks may be another's by now");
        }
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.interrupt();
        }
    }

    private synchronized void noticed() {
        long nowMs = clockMs.getAsLong();
        if (nowMs - seenMs > PAUSE.toMillis()) {
            log.warn("This process did not run for {} ms: it gives its tasks up and joins anew", nowMs - seenMs);
            pauses++;
            seenMs = nowMs;
        }
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(LOOK_MS);
                // Read once: stopped between two readings, it would not see the leap.
                long nowMs = clockMs.getAsLong();
                if (nowMs - seenMs > PAUSE.toMillis()) {
                    noticed();
                } else {
                    seenMs = nowMs;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The one clock counts on while a process is stopped, the other is put right after a machine was. */
    private static long clockMs() {
        return Math.max(System.nanoTime() / 1_000_000 - BEGAN_MS, System.currentTimeMillis() - BEGAN_EPOCH_MS);
    }
}
