package dev.berth.executor.pool;

import java.util.List;

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
 * One that runs several jobs at a time is Busy from the first to the last of them.
 */
sealed interface ContainerState {
    /** How many of the instance's slots it holds. */
    default int slots() {
        return 1;
    }

    /** What runs in it. */
    default List<Running> running() {
        return List.of();
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
        public int slots() {
            return 0;
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
        public int slots() {
            return 0;
        }
    }

    /** Runs attempts: one, unless its kind says more. */
    record Busy(List<Running> running) implements ContainerState {
        @Override
        public int slots() {
            return running.size();
        }
    }

    /**
     * Told to go; its memory is free once it has gone.
     *
     * @param running what it ran when it was told, and what has no fault in that: how that ends is known when it has gone
     * @param because what it was told for
     */
    record Removing(List<Running> running, String because) implements ContainerState {
        @Override
        public int slots() {
            return running.size();
        }
    }
}
