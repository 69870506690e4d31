package dev.berth.router.core;

/** Something the router is told. */
public sealed interface RouterEvent {
    /** An invocation was read from its topic; perhaps again, after a restart or because it was published twice. */
    record InvocationArrived(Request request) implements RouterEvent {}

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
            implements RouterEvent {}

    /** An instance came, changed or went. */
    record InstanceChanged(InstanceView instance) implements RouterEvent {}

    /** A function was deployed or changed. */
    record FunctionChanged(FunctionView function) implements RouterEvent {}

    /** A function was deleted. */
    record FunctionDeleted(String tenant, String name) implements RouterEvent {}

    /** Time has passed. */
    record Tick() implements RouterEvent {}

    /** How an attempt ended, as far as the router cares. */
    enum Ending {
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        REJECTED,
        BOUNCED
    }
}
