package dev.berth.router.core;

/** Something the router wants done. The shell does them in order. */
public sealed interface RouterAction {
    /** Send this attempt to this instance. */
    record Dispatch(InFlight flight, Decision decision) implements RouterAction {}

    /** Send the attempt that is in flight once more: the first may have been lost with the router that sent it. */
    record Resend(InFlight flight) implements RouterAction {}

    /** The invocation cannot go anywhere yet: remember it. */
    record Hold(InFlight flight) implements RouterAction {}

    /** The invocation has ended with the result that was just told. */
    record Complete(InFlight flight, RouterEvent.ResultArrived result) implements RouterAction {}

    /** The invocation has ended without a result of its own: the router refuses it. */
    record Reject(InFlight flight, Rejection rejection) implements RouterAction {}

    /** The invocation had ended before a restart after all: drop what is remembered of it. */
    record Forget(String invocationId) implements RouterAction {}

    /** The pin of a routing key is now this. */
    record SavePin(String tenant, String function, String routingValue, Pin pin) implements RouterAction {}

    /**
     * Why the router refuses an invocation.
     *
     * @param errorType Lambda's name for it, where Lambda has one
     * @param message what happened and what to do
     */
    record Rejection(String errorType, String message) {}
}
