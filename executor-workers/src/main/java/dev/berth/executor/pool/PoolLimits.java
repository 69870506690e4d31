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
 */
public record PoolLimits(
        int slots,
        int memoryMb,
        long createTimeoutMs,
        long initTimeoutMs,
        long roomWaitMs,
        long sharedWaitMs,
        long staleGraceMs,
        int maxQueued) {
    public PoolLimits {
        if (slots < 1 || memoryMb < 1) {
            throw new IllegalArgumentException(
                    "An instance needs at least one slot and some memory: slots=" + slots + " memoryMb=" + memoryMb);
        }
    }

    /** The usual patience, for an instance of this size. */
    public static PoolLimits of(int slots, int memoryMb) {
        return new PoolLimits(slots, memoryMb, 60_000, 10_000, 10_000, 60_000, 30_000, 10_000);
    }
}
