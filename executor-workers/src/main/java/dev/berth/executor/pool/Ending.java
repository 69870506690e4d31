package dev.berth.executor.pool;

/** How an attempt ended. Where it ran is in {@link PoolAction.Finish}. */
public sealed interface Ending {
    /** The function answered, with a result or an error of its own; whoever reported it has the answer. */
    record Reported() implements Ending {}

    /** The time is over: the function's own, or the invocation's deadline while it waited. */
    record TimedOut(String errorType, String message) implements Ending {}

    /** The container ended under the invocation. */
    record ContainerExited(String errorType, String message) implements Ending {}

    /** The container did not get as far as asking for work. */
    record InitFailed(String errorType, String message) implements Ending {}

    /** Somebody wanted its end. */
    record Cancelled(String message) implements Ending {}

    /** Not run here; the router may place it elsewhere. */
    record Bounced(Why why, String message) implements Ending {}

    /** Why it was not run here. */
    enum Why {
        /** The instance cannot, now or ever: no room, draining, unknown revision. */
        UNABLE,
        /** The router's patience ended. */
        BUSY,
        /** The only container that would do is not there. */
        GONE
    }
}
