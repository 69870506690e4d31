package dev.berth.router.core;

/** Something the router is told. */
public sealed interface RouterEvent {
    /** Calls the visitor's method for what this is. */
    void accept(Visitor visitor);

    /** One method for each kind of event, so that a new kind cannot be forgotten. */
    interface Visitor {
        void arrived(InvocationArrived event);

        void ended(ResultArrived event);

        void instanceChanged(InstanceChanged event);

        void functionChanged(FunctionChanged event);

        void functionDeleted(FunctionDeleted event);

        void tick(Tick event);
    }

    /** An invocation was read from its topic; perhaps again, after a restart or because it was published twice. */
    record InvocationArrived(Request request) implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.arrived(this);
        }
    }

    /**
     * An attempt ended somewhere.
     *
     * @param containerId null if it never reached a container
     * @param ending how; BOUNCED when the executor could not honour the dispatch and did not run it
     * @param load invocations running and queued on the instance then
     */
    record ResultArrived(
            String invocationId,
            int attempt,
            String instanceId,
            long epoch,
            String containerId,
            Ending ending,
            String errorType,
            int load,
            long endedUs)
            implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.ended(this);
        }
    }

    /** An instance came, changed or went. */
    record InstanceChanged(InstanceView instance) implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.instanceChanged(this);
        }
    }

    /** A function was deployed or changed. */
    record FunctionChanged(FunctionView function) implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.functionChanged(this);
        }
    }

    /** A function was deleted. */
    record FunctionDeleted(String tenant, String name) implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.functionDeleted(this);
        }
    }

    /** Time has passed. */
    record Tick() implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.tick(this);
        }
    }

    /** How an attempt ended, as far as the router cares. */
    enum Ending {
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        REJECTED,
        BOUNCED
    }
}
