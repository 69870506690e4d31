package dev.berth.executor.pool;

import java.util.List;

/**
 * The handling of one event.
 *
 * @param actions what is to be done about it, so far
 */
record Turn(long nowMs, List<PoolAction> actions) {
    void act(PoolAction action) {
        actions.add(action);
    }
}
