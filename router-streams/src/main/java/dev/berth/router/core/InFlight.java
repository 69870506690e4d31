package dev.berth.router.core;

import java.util.ArrayList;
import java.util.List;

/**
 * An invocation that has no outcome yet.
 *
 * @param attempt the current one; 0 before the first
 * @param instanceId where it is; null while it waits for a place
 * @param epoch of that instance
 * @param slot of that instance
 * @param containerId the container that the pin named; null leaves the choice to the executor
 * @param replaced the key had a pin whose target is gone
 * @param bounces how often executors have sent it back
 * @param notBeforeMs while it waits: when to try again, epoch milliseconds
 * @param arrivedMs when this router first saw it, epoch milliseconds
 * @param past the attempts before the current one
 */
public record InFlight(
        Request request,
        int attempt,
        String instanceId,
        long epoch,
        int slot,
        String containerId,
        FunctionView.Version version,
        boolean replaced,
        int bounces,
        long notBeforeMs,
        long arrivedMs,
        List<PastAttempt> past) {

    /** An attempt that did not settle the invocation. */
    public record PastAttempt(
            int attempt,
            String instanceId,
            String containerId,
            RouterEvent.Ending ending,
            String errorType,
            long endedUs) {}

    public InFlight {
        past = List.copyOf(past);
    }

    static InFlight arrived(Request request, long nowMs) {
        return new InFlight(request, 0, null, 0, 0, null, null, false, 0, 0, nowMs, List.of());
    }

    /** Whether it has been sent and no result is in. */
    public boolean isDispatched() {
        return instanceId != null;
    }

    boolean isAt(String instance, long instanceEpoch) {
        return instance.equals(instanceId) && epoch == instanceEpoch;
    }

    InFlight waitingUntil(long retryMs) {
        return new InFlight(request, attempt, null, 0, 0, null, version, replaced, bounces, retryMs, arrivedMs, past);
    }

    InFlight sentTo(InstanceView target, FunctionView.Version runs, String container, boolean isReplacement) {
        return new InFlight(
                request,
                attempt + 1,
                target.id(),
                target.epoch(),
                target.slot(),
                container,
                runs,
                isReplacement,
                bounces,
                0,
                arrivedMs,
                past);
    }

    InFlight ended(PastAttempt attemptEnded, boolean bounced) {
        List<PastAttempt> history = new ArrayList<>(past);
        history.add(attemptEnded);
        return new InFlight(
                request,
                attempt,
                null,
                0,
                0,
                null,
                version,
                replaced,
                bounced ? bounces + 1 : bounces,
                0,
                arrivedMs,
                history);
    }
}
