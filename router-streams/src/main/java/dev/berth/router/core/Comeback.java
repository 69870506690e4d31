package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.RouterEvent.ResultArrived;
import dev.berth.router.core.affinity.Ask;
import java.util.HashSet;
import java.util.Set;

/**
 * What becomes of an invocation whose attempt came back without having run: sent back by its executor, or lost with its instance; or
 * was never made, since its target is gone.
 *
 * @param flight without that attempt
 * @param rejection why it is refused; null if it is to be placed again
 * @param avoid where not to place it
 * @param pauseMs how long to wait before
 */
record Comeback(InFlight flight, Rejection rejection, Placement.Avoid avoid, long pauseMs) {

    /** An executor sent it back. */
    static Comeback bounced(
            InFlight flight, ResultArrived result, RouterLimits limits, Placement placement, long nowMs) {
        Request request = flight.request();
        boolean busy =
                ResultArrived.BUSY.equals(result.errorType()) && !flight.sent().joins();
        boolean gone = ResultArrived.GONE.equals(result.errorType());
        InFlight returned =
                flight.ended(InFlight.PastAttempt.of(flight, result, busy || gone ? result.errorType() : "Bounced"));
        if (gone) {
            return targetGone(returned);
        } else if (busy && insists(request)) {
            return refused(returned, Refusals.busy(request, nowMs - flight.waitsSinceMs()));
        } else if (busy) {
            return again(returned.asking(request.anywhere()).spilled(), avoid(returned));
        }
        return noRoom(returned.bounced(), result.errorMessage(), limits, placement);
    }

    /** Its instance is gone, and nobody knows how far it came. */
    static Comeback lost(InFlight flight, RouterLimits limits, long nowMs) {
        InFlight returned = flight.ended(new InFlight.PastAttempt(
                flight.attempt(), flight.sent().instanceId(), null, Ending.LOST, Refusals.LOST, nowMs * 1_000));
        if (returned.losses() > limits.maxLosses()) {
            return refused(returned, Refusals.lost(returned, flight.sent().instanceId()));
        }
        return flight.sent().unkeyed() ? targetGone(returned) : again(returned, Placement.Avoid.NOTHING);
    }

    /** The container that it named is gone. */
    static Comeback targetGone(InFlight returned) {
        Request request = returned.request();
        return request.required()
                ? refused(returned, Refusals.gone(request))
                : again(returned.asking(request.anywhere()).replacing(), Placement.Avoid.NOTHING);
    }

    /** Whether it would rather fail than run elsewhere when its target is busy. */
    private static boolean insists(Request request) {
        boolean named = request.namesContainer() && request.busy() != Ask.Busy.SPILL;
        return request.busy() == Ask.Busy.FAIL || request.busy() == Ask.Busy.WAIT || request.required() || named;
    }

    private static Comeback noRoom(InFlight returned, String why, RouterLimits limits, Placement placement) {
        if (returned.bounces() > limits.maxBounces()) {
            return refused(returned, Refusals.bounced(returned, why));
        }
        Placement.Avoid avoid = avoid(returned);
        boolean another = placement.instances().stream()
                .anyMatch(i -> i.state() == InstanceView.State.LIVE
                        && !avoid.excluded().contains(i.id()));
        return another
                ? again(returned, avoid)
                : new Comeback(returned, null, Placement.Avoid.NOTHING, limits.bounceBackoffMs() << returned.bounces());
    }

    private static Placement.Avoid avoid(InFlight flight) {
        Set<String> excluded = new HashSet<>();
        Set<String> busyAt = new HashSet<>();
        for (InFlight.PastAttempt attempt : flight.past()) {
            if (attempt.ending() == Ending.BOUNCED) {
                (ResultArrived.BUSY.equals(attempt.errorType()) ? busyAt : excluded).add(attempt.instanceId());
            }
        }
        return new Placement.Avoid(excluded, busyAt);
    }

    private static Comeback again(InFlight flight, Placement.Avoid avoid) {
        return new Comeback(flight, null, avoid, 0);
    }

    private static Comeback refused(InFlight flight, Rejection why) {
        return new Comeback(flight, why, Placement.Avoid.NOTHING, 0);
    }
}
