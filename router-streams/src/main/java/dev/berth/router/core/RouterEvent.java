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

        void containerRemoved(ContainerRemoved event);

        void cancelAsked(CancelAsked event);

        void tick(Tick event);
    }

    /**
     * An invocation was read from its topic; perhaps again, after a restart or because it was published twice.
     *
     * @param sequence its place in its partition: the offset
     * @param askedAll the invocation whose container it wants is not known in any other partition
     */
    record InvocationArrived(Request request, long sequence, boolean askedAll) implements RouterEvent {
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
     * @param errorType of what failed; {@link #BUSY} or {@link #GONE} says more of a bounce
     * @param errorMessage null without error
     * @param replacing the container that was asked for is gone, and another served
     * @param firstOfKey its container had not served the key before
     * @param serviceMs how long it ran; negative if it did not
     * @param startMs how long its container took to start; 0 if it was there
     * @param load of the instance then; null if it did not say
     */
    record ResultArrived(
            String invocationId,
            int attempt,
            String instanceId,
            long epoch,
            String containerId,
            Ending ending,
            String errorType,
            String errorMessage,
            boolean replacing,
            boolean firstOfKey,
            double serviceMs,
            double startMs,
            InstanceView.Load load,
            long endedUs)
            implements RouterEvent {
        /** It had not started when it was to be sent back. */
        public static final String BUSY = "Busy";
        /** The only container that would do is gone. */
        public static final String GONE = "Gone";

        @Override
        public void accept(Visitor visitor) {
            visitor.ended(this);
        }
    }

    /** A container is no more. */
    record ContainerRemoved(String containerId) implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.containerRemoved(this);
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

    /**
     * Somebody wants an invocation ended.
     *
     * @param tenant whose order it is; that of another tenant's invocation is ignored
     * @param reason in words; null for none
     */
    record CancelAsked(String invocationId, String tenant, String reason) implements RouterEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.cancelAsked(this);
        }

        boolean isFor(Request request) {
            return request.id().equals(invocationId) && request.tenant().equals(tenant);
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
        /** Its instance is gone; nobody knows how far it came. */
        LOST,
        TIMED_OUT,
        REJECTED,
        /** Somebody asked for its end, and it came to it. */
        CANCELLED,
        BOUNCED
    }
}
