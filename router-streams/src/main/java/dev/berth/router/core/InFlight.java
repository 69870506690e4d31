package dev.berth.router.core;

import java.util.ArrayList;
import java.util.List;

/**
 * An invocation that has no outcome yet.
 *
 * @param sequence order of arrival: its offset in its partition
 * @param arrivedMs when this router first saw it, epoch milliseconds
 * @param attempt the current one; 0 before the first
 * @param sent where the attempt is; null while it waits for a place
 * @param replaced the key had a pin whose target is gone
 * @param spilling it has waited for its key's busy containers long enough
 * @param bounces how often executors have sent it back for want of room
 * @param notBeforeMs while it waits: when to try again, epoch milliseconds
 * @param past the attempts before the current one
 * @param cancelled its end was asked for when it had been sent: it is not sent again
 */
public record InFlight(
        Request request,
        long sequence,
        long arrivedMs,
        int attempt,
        Sent sent,
        boolean replaced,
        boolean spilling,
        int bounces,
        long notBeforeMs,
        List<PastAttempt> past,
        boolean cancelled) {

    /**
     * An attempt on its way.
     *
     * @param epoch of the instance
     * @param slot of the instance
     * @param containerId the container that should serve it; null leaves the choice to the executor
     * @param strict no other container will do
     * @param version what is to run
     * @param joins it should run in a container that has not served its key
     * @param unkeyed it does not count as one of its key's: it named its container
     */
    public record Sent(
            String instanceId,
            long epoch,
            int slot,
            String containerId,
            boolean strict,
            FunctionView.Version version,
            boolean joins,
            boolean unkeyed) {}

    /** An attempt that did not settle the invocation. */
    public record PastAttempt(
            int attempt,
            String instanceId,
            String containerId,
            RouterEvent.Ending ending,
            String errorType,
            long endedUs) {

        /** What its result said of it. */
        static PastAttempt of(InFlight flight, RouterEvent.ResultArrived result, String errorType) {
            return new PastAttempt(
                    flight.attempt(),
                    result.instanceId(),
                    result.containerId(),
                    result.ending(),
                    errorType,
                    result.endedUs());
        }
    }

    public InFlight {
        past = List.copyOf(past);
    }

    static InFlight arrived(Request request, long sequence, long nowMs) {
        return new InFlight(request, sequence, nowMs, 0, null, false, false, 0, 0, List.of(), false);
    }

    /** Whether it has been sent and no result is in. */
    public boolean isDispatched() {
        return sent != null;
    }

    boolean isAt(String instance, long epoch) {
        return sent != null && sent.instanceId.equals(instance) && sent.epoch == epoch;
    }

    /** Since when it waits to be run: from its arrival, or from its own time if it is delayed. */
    long waitsSinceMs() {
        return Math.max(arrivedMs, request.terms().notBeforeMs());
    }

    /** Whether it was held until its own time, and no longer. */
    boolean wasDelayed() {
        return notBeforeMs > 0 && notBeforeMs == request.terms().notBeforeMs();
    }

    /** How often the function itself failed it. */
    int failures() {
        int failures = 0;
        for (PastAttempt attempt : past) {
            boolean failed =
                    attempt.ending == RouterEvent.Ending.FAILED || attempt.ending == RouterEvent.Ending.TIMED_OUT;
            failures += failed ? 1 : 0;
        }
        return failures;
    }

    /** Whether that attempt is known to have failed: its result may come twice. */
    boolean hasFailed(int pastAttempt) {
        for (PastAttempt one : past) {
            if (one.attempt == pastAttempt
                    && (one.ending == RouterEvent.Ending.FAILED || one.ending == RouterEvent.Ending.TIMED_OUT)) {
                return true;
            }
        }
        return false;
    }

    /** How often its instance was lost. */
    int losses() {
        int losses = 0;
        for (PastAttempt attempt : past) {
            losses += attempt.ending == RouterEvent.Ending.LOST ? 1 : 0;
        }
        return losses;
    }

    InFlight waitingUntil(long retryMs) {
        return new InFlight(
                request, sequence, arrivedMs, attempt, null, replaced, spilling, bounces, retryMs, past, cancelled);
    }

    InFlight sentTo(Sent target, boolean isReplacement) {
        return new InFlight(
                request,
                sequence,
                arrivedMs,
                attempt + 1,
                target,
                isReplacement,
                spilling,
                bounces,
                0,
                past,
                cancelled);
    }

    /** Its end was asked for. */
    InFlight doomed() {
        return new InFlight(
                request, sequence, arrivedMs, attempt, sent, replaced, spilling, bounces, notBeforeMs, past, true);
    }

    InFlight asking(Request changed) {
        return new InFlight(
                changed, sequence, arrivedMs, attempt, sent, replaced, spilling, bounces, notBeforeMs, past, cancelled);
    }

    InFlight replacing() {
        return new InFlight(
                request, sequence, arrivedMs, attempt, sent, true, spilling, bounces, notBeforeMs, past, cancelled);
    }

    /** The attempt is over, and another is to follow. */
    InFlight ended(PastAttempt attemptEnded) {
        List<PastAttempt> history = new ArrayList<>(past);
        history.add(attemptEnded);
        return new InFlight(
                request, sequence, arrivedMs, attempt, null, replaced, spilling, bounces, 0, history, cancelled);
    }

    /** It came back from a container that was busy too long. */
    InFlight spilled() {
        return new InFlight(request, sequence, arrivedMs, attempt, null, replaced, true, bounces, 0, past, cancelled);
    }

    /** It came back for want of room. */
    InFlight bounced() {
        return new InFlight(
                request, sequence, arrivedMs, attempt, null, replaced, spilling, bounces + 1, 0, past, cancelled);
    }
}
