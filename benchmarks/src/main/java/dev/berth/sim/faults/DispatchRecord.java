package dev.berth.sim.faults;

import dev.berth.executor.pool.AttemptId;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.RouterAction;

/**
 * A record of the dispatch topic.
 *
 * @param order what the executor is told beside where and what
 * @param partition of the router task that awaits the result
 */
record DispatchRecord(InFlight flight, RouterAction.Order order, int partition) {
    AttemptId attempt() {
        return new AttemptId(flight.request().id(), flight.attempt());
    }

    @Override
    public String toString() {
        return Words.of(flight);
    }
}
