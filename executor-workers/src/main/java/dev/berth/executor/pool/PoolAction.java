package dev.berth.executor.pool;

/** What is to be done. The shell carries actions out in order and reports back by events. */
public sealed interface PoolAction {
    /** Calls the visitor's method for this action. */
    void accept(Visitor visitor);

    /**
     * Start a container. Answered by {@link PoolEvent.ContainerLaunched} and {@link PoolEvent.ContainerReady}, or by
     * {@link PoolEvent.StartFailed}.
     */
    record Start(String containerId, FunctionKey function, int memoryMb) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.start(this);
        }
    }

    /**
     * Start a container without code. Answered like {@link Start}; it is ready when it asks for code.
     */
    record Prewarm(String containerId, String runtime, int memoryMb) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.prewarm(this);
        }
    }

    /**
     * Give a prewarmed container that is ready the code of a function. Answered by {@link PoolEvent.ContainerLaunched} when it
     * has been told what to load, and {@link PoolEvent.ContainerReady}, or by {@link PoolEvent.StartFailed}.
     */
    record Specialise(String containerId, FunctionKey function) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.specialise(this);
        }
    }

    /**
     * Hand an attempt to a container that waits for work.
     *
     * @param path how the container came
     * @param waited the container was made, or specialised, for want of one, and this is the first that it runs
     */
    record Run(String containerId, Job job, Reuse reuse, StartPath path, boolean waited) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.run(this);
        }
    }

    /** Take the CPU from a container that waits for work. It stays as warm as it is. */
    record Pause(String containerId) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.pause(this);
        }
    }

    /** Give a paused container its CPU back, before the {@link Run} that follows reaches it. */
    record Unpause(String containerId) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.unpause(this);
        }
    }

    /** End a container, paused or not, whatever it does. Answered by {@link PoolEvent.ContainerExited}. */
    record Remove(String containerId, String reason) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.remove(this);
        }
    }

    /**
     * An attempt is over; each that was accepted has exactly one of this or {@link Forget}.
     *
     * @param containerId where it ran or waited; null if nowhere
     * @param reuse null if it did not run
     * @param firstOfKey the container had not served its routing value before
     */
    record Finish(Job job, String containerId, Reuse reuse, boolean firstOfKey, Ending ending) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.finish(this);
        }
    }

    /** An attempt that had not run is no longer this instance's; nobody awaits its result here. */
    record Forget(Job job) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.forget(this);
        }
    }

    /** This attempt came before, and has ended: do not run it. Its router is to be told so, since it asks. */
    record Suppress(Job job) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.suppress(this);
        }
    }

    /** An attempt that was to be ended has ended before, or has never come; if it comes yet, it is not run. Its router is told. */
    record NotHere(AttemptId attempt) implements PoolAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.notHere(this);
        }
    }

    /** One method an action, so that a new one cannot be forgotten. */
    interface Visitor {
        void start(Start action);

        void prewarm(Prewarm action);

        void specialise(Specialise action);

        void run(Run action);

        void pause(Pause action);

        void unpause(Unpause action);

        void remove(Remove action);

        void finish(Finish action);

        void forget(Forget action);

        void suppress(Suppress action);

        void notHere(NotHere action);
    }
}
