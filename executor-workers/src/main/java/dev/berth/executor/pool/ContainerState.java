package dev.berth.executor.pool;

/**
 * Where a container is in its life.
 *
 * <pre>
 *  Planned ──room──> Creating ──launched──> Starting ──ready──> Idle <──ended── Busy
 *     │                  │                     │                  │ ──run──────> │
 *     └──────────────────┴──────── Removing <──┴──────────────────┴──────────────┘
 *                                     └── exited ──> (gone)
 * </pre>
 */
sealed interface ContainerState {
    /** Whether it holds one of the instance's slots. */
    default boolean holdsSlot() {
        return true;
    }

    /** Whether the instance's memory is taken by it. */
    default boolean holdsMemory() {
        return true;
    }

    /** Whether it has not asked for work yet, and will. */
    default boolean isUnderway() {
        return false;
    }

    /** Decided on, and waiting for evicted containers to leave their memory. */
    record Planned() implements ContainerState {
        @Override
        public boolean isUnderway() {
            return true;
        }

        @Override
        public boolean holdsMemory() {
            return false;
        }
    }

    /** Being created: the code is fetched, the engine asked. */
    record Creating(long sinceMs) implements ContainerState {
        @Override
        public boolean isUnderway() {
            return true;
        }
    }

    /** Its first process runs and has not asked for work yet. */
    record Starting(long sinceMs) implements ContainerState {
        @Override
        public boolean isUnderway() {
            return true;
        }
    }

    /**
     * Waits for work.
     *
     * @param paused it gets no CPU, and must be unpaused before it is handed work
     */
    record Idle(long sinceMs, boolean paused) implements ContainerState {
        @Override
        public boolean holdsSlot() {
            return false;
        }
    }

    /** Runs an attempt. */
    record Busy(Waiting waiting, Reuse reuse, boolean firstOfKey, long endsMs) implements ContainerState {
        Job job() {
            return waiting.job;
        }
    }

    /** Told to go; its memory is free once it has gone. */
    record Removing() implements ContainerState {
        @Override
        public boolean holdsSlot() {
            return false;
        }
    }
}
