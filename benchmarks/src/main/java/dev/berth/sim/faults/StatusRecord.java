package dev.berth.sim.faults;

import dev.berth.executor.pool.PoolLoad;
import dev.berth.executor.pool.WarmSet;
import java.util.List;

/** A record of the instances topic. */
record StatusRecord(
        String instanceId,
        String incarnation,
        long epoch,
        State state,
        int slots,
        int memoryMb,
        PoolLoad load,
        List<WarmSet> warm,
        long sentMs) {
    enum State {
        STARTING,
        RUNNING,
        DRAINING,
        STOPPED
    }
}
