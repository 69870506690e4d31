package dev.berth.executor.pool;

import java.util.Set;

/** What happened. Events about a container or an attempt that the pool no longer knows are ignored. */
public sealed interface PoolEvent {
    /** Calls the visitor's method for this event. */
    <R> R accept(Visitor<R> visitor);

    /** An order of the router has arrived. */
    record Dispatched(Job job) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.dispatched(this);
        }
    }

    /** This attempt is not wanted any more, whether it waits, runs, has ended, or is still to come. */
    record CancelAsked(AttemptId attempt) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.cancelAsked(this);
        }
    }

    /** A container's first process runs, or a prewarmed one has been told what to load: its init time begins. */
    record ContainerLaunched(String containerId) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.launched(this);
        }
    }

    /** A container asked for work for the first time, or, if it has no code, for that. */
    record ContainerReady(String containerId) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.ready(this);
        }
    }

    /** A container could not be started, or reported that its init failed. */
    record StartFailed(String containerId, String errorType, String message) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.startFailed(this);
        }
    }

    /** A container reported the end of an attempt. */
    record InvocationEnded(String containerId, AttemptId attempt) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.ended(this);
        }
    }

    /**
     * A container is no more, and its memory is free: by itself, or because it was removed. Each {@link PoolAction.Remove}
     * is answered by one.
     *
     * @param notTaken the attempts that were handed to it and had not reached its code yet
     * @param how such as {@code exit status 1}
     * @param errorType what it is called if an invocation ends by it
     */
    record ContainerExited(String containerId, Set<AttemptId> notTaken, String how, String errorType)
            implements PoolEvent {
        public ContainerExited {
            notTaken = Set.copyOf(notTaken);
        }

        /** An end that has no name of its own. */
        public ContainerExited(String containerId, Set<AttemptId> notTaken, String how) {
            this(containerId, notTaken, how, "Runtime.ExitError");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.exited(this);
        }
    }

    /**
     * What a container holds was measured, some time after it had run something.
     *
     * @param bytes of memory that its code took since its init, and of the files that it wrote
     */
    record StateMeasured(String containerId, long bytes) implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.measured(this);
        }
    }

    /** Which revisions of a function may still be asked for; empty if it was deleted. */
    record RevisionsChanged(String tenant, String function, Set<Long> revisions) implements PoolEvent {
        public RevisionsChanged {
            revisions = Set.copyOf(revisions);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.revisionsChanged(this);
        }
    }

    /** Some time has passed. */
    record Tick() implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.tick();
        }
    }

    /** The fleet has given this instance up: the router has placed its queue elsewhere. What runs may end. */
    record Fenced() implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.fenced();
        }
    }

    /** Take nothing more, hand back what waits; what runs may end. */
    record Drain() implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.drain();
        }
    }

    /** Remove every container, now. */
    record Stop() implements PoolEvent {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.stop();
        }
    }

    /** One method an event, so that a new one cannot be forgotten. */
    interface Visitor<R> {
        R dispatched(Dispatched event);

        R cancelAsked(CancelAsked event);

        R launched(ContainerLaunched event);

        R ready(ContainerReady event);

        R startFailed(StartFailed event);

        R ended(InvocationEnded event);

        R exited(ContainerExited event);

        R measured(StateMeasured event);

        R revisionsChanged(RevisionsChanged event);

        R tick();

        R fenced();

        R drain();

        R stop();
    }
}
