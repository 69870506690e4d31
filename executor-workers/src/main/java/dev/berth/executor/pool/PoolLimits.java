package dev.berth.executor.pool;

/**
 * What a pool must keep within.
 *
 * @param slots invocations that run at a time; a container that starts for one holds its slot already
 * @param memoryMb memory of all containers together, idle ones included
 * @param createTimeoutMs to fetch the code and create the container
 * @param initTimeoutMs from the container's first process to its first request for work; Lambda's is 10 s
 * @param roomWaitMs how long an invocation waits for room when its function has no container here
 * @param sharedWaitMs how long an invocation without routing value waits for any container of its function
 * @param staleGraceMs how long an idle container of a replaced revision stays
 * @param maxQueued invocations that wait in the pool; more are bounced
 * @param pauseAfterMs how long a container is idle before it is paused; {@link #NEVER} for never
 */
public record PoolLimits(
        int slots,
        int memoryMb,
        long createTimeoutMs,
        long initTimeoutMs,
        long roomWaitMs,
        long sharedWaitMs,
        long staleGraceMs,
        int maxQueued,
        long pauseAfterMs) {
    /** A time that is not reached. */
    public static final long NEVER = Long.MAX_VALUE;

    public PoolLimits {
        if (slots < 1 || memoryMb < 1) {
            throw new IllegalArgumentException(
                    "An instance needs at least one slot and some memory: slots=" + slots + " memoryMb=" + memoryMb);
        }
    }

    /** Without pauses. */
    public PoolLimits(
            int slots,
            int memoryMb,
            long createTimeoutMs,
            long initTimeoutMs,
            long roomWaitMs,
            long sharedWaitMs,
            long staleGraceMs,
            int maxQueued) {
        this(slots, memoryMb, createTimeoutMs, initTimeoutMs, roomWaitMs, sharedWaitMs, staleGraceMs, maxQueued, NEVER);
    }

    /** The usual patience, for an instance of this size. */
    public static PoolLimits of(int slots, int memoryMb) {
        return new PoolLimits(slots, memoryMb, 60_000, 10_000, 10_000, 60_000, 30_000, 10_000, 60_000);
    }

    /** The same with another time before idle containers are paused. */
    public PoolLimits pausingAfterMs(long ms) {
        return new PoolLimits(
                slots, memoryMb, createTimeoutMs, initTimeoutMs, roomWaitMs, sharedWaitMs, staleGraceMs, maxQueued, ms);
    }
}
