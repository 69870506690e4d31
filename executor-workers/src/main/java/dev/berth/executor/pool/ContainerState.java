package dev.berth.executor.pool;

/**
 * Where a container is in its life.
 *
 * <pre>
 *  Planned ──room──> Creating ──launched──> Starting ──ready──> Idle <──ended── Busy
 *     │                  │                   │ ^  │               │ ──run──────> │
 *     │     ready, without code ┌────────────┘ │  │               │              │
 *     │                  │      v              └──┼─launched─┐    │              │
 *     │                  │  Prewarmed ──needed────┼─> Specialising │              │
 *     └──────────────────┴──────┴──── Removing <──┴──────┴────────┴──────────────┘
 *                                        └── exited ──> (gone)
 * </pre>
 *
 * A container without code is Creating and Starting on nobody's slot; from Specialising on it is one function's for life.
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

    /** Being created: the code, if it is made for some, is fetched, the engine asked. */
    record Creating(long sinceMs) implements ContainerState {
        @Override
        public boolean isUnderway() {
            return true;
        }
    }

    /** Its first process runs, and has asked neither for work nor, if it has no code, for that. */
    record Starting(long sinceMs) implements ContainerState {
        @Override
        public boolean isUnderway() {
            return true;
        }
    }

    /** Waits for a function that needs it. It belongs to nobody, and runs nothing but Berth's own bootstrap. */
    record Prewarmed(long sinceMs) implements ContainerState {
        @Override
        public boolean holdsSlot() {
            return false;
        }
    }

    /** Was prewarmed, and is being given a function: the code is fetched and put into it. */
    record Specialising(long sinceMs) implements ContainerState {
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
