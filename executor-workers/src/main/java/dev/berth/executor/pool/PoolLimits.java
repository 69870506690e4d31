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

    /** The usual patience, for an instance of this size. */
    public static PoolLimits of(int slots, int memoryMb) {
        return new Builder(slots, memoryMb).build();
    }

    /** The same, to be changed: {@code PoolLimits.of(4, 1024).with().roomWaitMs(500).build()}. */
    public Builder with() {
        Builder builder = new Builder(slots, memoryMb);
        builder.createTimeoutMs = createTimeoutMs;
        builder.initTimeoutMs = initTimeoutMs;
        builder.roomWaitMs = roomWaitMs;
        builder.sharedWaitMs = sharedWaitMs;
        builder.staleGraceMs = staleGraceMs;
        builder.maxQueued = maxQueued;
        builder.pauseAfterMs = pauseAfterMs;
        return builder;
    }

    /** The same with another time before idle containers are paused. */
    public PoolLimits pausingAfterMs(long ms) {
        return with().pauseAfterMs(ms).build();
    }

    /** Limits by their names; see those of the record. What is not named is as usual. */
    public static final class Builder {
        private final int slots;
        private final int memoryMb;
        private long createTimeoutMs = 60_000;
        private long initTimeoutMs = 10_000;
        private long roomWaitMs = 10_000;
        private long sharedWaitMs = 60_000;
        private long staleGraceMs = 30_000;
        private int maxQueued = 10_000;
        private long pauseAfterMs = 60_000;

        private Builder(int slots, int memoryMb) {
            this.slots = slots;
            this.memoryMb = memoryMb;
        }

        public Builder createTimeoutMs(long ms) {
            createTimeoutMs = ms;
            return this;
        }

        public Builder initTimeoutMs(long ms) {
            initTimeoutMs = ms;
            return this;
        }

        public Builder roomWaitMs(long ms) {
            roomWaitMs = ms;
            return this;
        }

        public Builder sharedWaitMs(long ms) {
            sharedWaitMs = ms;
            return this;
        }

        public Builder staleGraceMs(long ms) {
            staleGraceMs = ms;
            return this;
        }

        public Builder maxQueued(int invocations) {
            maxQueued = invocations;
            return this;
        }

        public Builder pauseAfterMs(long ms) {
            pauseAfterMs = ms;
            return this;
        }

        public PoolLimits build() {
            return new PoolLimits(
                    slots,
                    memoryMb,
                    createTimeoutMs,
                    initTimeoutMs,
                    roomWaitMs,
                    sharedWaitMs,
                    staleGraceMs,
                    maxQueued,
                    pauseAfterMs);
        }
    }
}
