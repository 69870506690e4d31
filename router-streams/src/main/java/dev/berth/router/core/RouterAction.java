package dev.berth.router.core;

/** Something the router wants done. The shell does them in order. */
public sealed interface RouterAction {
    /** Calls the visitor's method for what this is. */
    void accept(Visitor visitor);

    /** One method for each kind of action, so that a new kind cannot be forgotten. */
    interface Visitor {
        void dispatch(Dispatch action);

        void resend(Resend action);

        void hold(Hold action);

        void complete(Complete action);

        void reject(Reject action);

        void forget(Forget action);

        void savePin(SavePin action);
    }

    /** Send this attempt to this instance. */
    record Dispatch(InFlight flight, Decision decision) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.dispatch(this);
        }
    }

    /** Send the attempt that is in flight once more: the first may have been lost with the router that sent it. */
    record Resend(InFlight flight) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.resend(this);
        }
    }

    /** The invocation cannot go anywhere yet: remember it. */
    record Hold(InFlight flight) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.hold(this);
        }
    }

    /** The invocation has ended with the result that was just told. */
    record Complete(InFlight flight, RouterEvent.ResultArrived result) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.complete(this);
        }
    }

    /** The invocation has ended without a result of its own: the router refuses it. */
    record Reject(InFlight flight, Rejection rejection) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.reject(this);
        }
    }

    /** The invocation had ended before a restart after all: drop what is remembered of it. */
    record Forget(String invocationId) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.forget(this);
        }
    }

    /** The pin of a routing key is now this. */
    record SavePin(String tenant, String function, String routingValue, Pin pin) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.savePin(this);
        }
    }

    /**
     * Why the router refuses an invocation.
     *
     * @param errorType Lambda's name for it, where Lambda has one
     * @param message what happened and what to do
     */
    record Rejection(String errorType, String message) {}
}
