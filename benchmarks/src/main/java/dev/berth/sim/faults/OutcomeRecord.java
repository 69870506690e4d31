package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;

/**
 * A record of the outcomes topic.
 *
 * @param partition of the router that decided
 * @param result what ended it; null if the router did
 * @param rejection why the router refused it; null if it did not
 */
record OutcomeRecord(
        int partition, InFlight flight, RouterEvent.ResultArrived result, RouterAction.Rejection rejection) {
    /** Whether the router ended it, since somebody wanted that and no attempt of it ran. */
    boolean isCancelled() {
        return result == null && rejection == null;
    }

    String id() {
        return flight.request().id();
    }

    @Override
    public String toString() {
        if (isCancelled()) {
            return id() + " cancelled";
        }
        return rejection == null ? Words.of(result) : id() + " refused: " + rejection.errorType();
    }
}
