package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;

/**
 * A record of the outcomes topic.
 *
 * @param partition of the router that decided
 * @param result what ended it; null if the router refused it
 * @param rejection why the router refused it; null if a result ended it
 */
record OutcomeRecord(
        int partition, InFlight flight, RouterEvent.ResultArrived result, RouterAction.Rejection rejection) {
    String id() {
        return flight.request().id();
    }

    @Override
    public String toString() {
        return rejection == null ? Words.of(result) : id() + " refused: " + rejection.errorType();
    }
}
