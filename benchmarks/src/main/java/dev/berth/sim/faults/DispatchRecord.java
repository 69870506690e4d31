package dev.berth.sim.faults;

import dev.berth.executor.pool.AttemptId;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;

/**
 * A record of the dispatch topic.
 *
 * @param order what the executor is told beside where and what
 * @param partition of the router task that awaits the result
 * @param cancel an order to end the attempt, not to run it
 */
record DispatchRecord(InFlight flight, RouterAction.Order order, int partition, boolean cancel) {
    AttemptId attempt() {
        return new AttemptId(flight.request().id(), flight.attempt());
    }

    @Override
    public String toString() {
        return (cancel ? "the end of " : "") + Words.of(flight);
    }
}
