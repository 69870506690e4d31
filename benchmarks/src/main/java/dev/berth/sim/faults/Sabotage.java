package dev.berth.sim.faults;

import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterEvent;
import java.util.List;

/** Breaks a core on purpose, to see that the oracle notices. By itself it breaks nothing. */
interface Sabotage {
    /** Nobody meddles. */
    Sabotage NONE = new Sabotage() {};

    /** What a router's core is told instead of an event. */
    default List<RouterEvent> before(RouterEvent event) {
        return List.of(event);
    }

    /** What the router's shell does instead of what its core wants. */
    default List<RouterAction> after(List<RouterAction> actions) {
        return actions;
    }

    /** What a pool is told instead of an event. */
    default List<PoolEvent> before(PoolEvent event) {
        return List.of(event);
    }

    /** What the executor's shell does instead of what its pool wants. */
    default List<PoolAction> afterPool(List<PoolAction> actions) {
        return actions;
    }
}
