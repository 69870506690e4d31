package dev.berth.router.core;

import dev.berth.schemas.retention.ReuseCurve;

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

        void endAttempt(EndAttempt action);

        void cancelled(Cancelled action);

        void forget(Forget action);

        void savePin(SavePin action);

        void askNext(AskNext action);
    }

    /** Send this attempt to this instance. */
    record Dispatch(InFlight flight, Decision decision, Order order) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.dispatch(this);
        }
    }

    /**
     * What the executor is told beside where and what.
     *
     * @param waitUntilMs when it is to be sent back unless it has started; 0 for no bound
     * @param spilled it stands in for a container that is busy
     * @param primary whether the key's next invocation will come to this instance
     * @param curve how likely that is, by when; null if nothing is known
     * @param successor the version to make ready meanwhile; null for none
     */
    record Order(
            long waitUntilMs, boolean spilled, boolean primary, ReuseCurve curve, FunctionView.Version successor) {}

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

    /**
     * The invocation has ended with the result that was just told.
     *
     * @param deadLetter it failed for good, and nobody waits who would hear of it
     */
    record Complete(InFlight flight, RouterEvent.ResultArrived result, boolean deadLetter) implements RouterAction {
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

    /** Tell the instance that has the attempt to end it; its result says how it ended. Remember that it was asked for. */
    record EndAttempt(InFlight flight) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.endAttempt(this);
        }
    }

    /**
     * The invocation has ended because somebody asked for it, and no attempt of it runs.
     *
     * @param message what happened
     */
    record Cancelled(InFlight flight, String message) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.cancelled(this);
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

    /** The invocation that this one names is not known here: the router of the next partition may know it. */
    record AskNext(Request request) implements RouterAction {
        @Override
        public void accept(Visitor visitor) {
            visitor.askNext(this);
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
