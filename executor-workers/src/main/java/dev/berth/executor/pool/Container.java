package dev.berth.executor.pool;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/** A container as the pool knows it. */
final class Container {
    final String id;
    final FunctionKey function;
    final int memoryMb;
    final boolean exclusive;
    /** The routing value that an exclusive container serves; null serves those without one. */
    final String owner;

    /** Its local queue: what must run here, in this order. */
    final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    /** The routing values that it serves. */
    final Set<String> keys = new HashSet<>();

    ContainerState state = new ContainerState.Planned();
    long lastUsedMs;
    long served;
    boolean stale;

    Container(String id, Job job, long nowMs) {
        this.id = id;
        this.function = job.function();
        this.memoryMb = job.memoryMb();
        this.exclusive = job.exclusive();
        this.owner = job.routingValue();
        this.lastUsedMs = nowMs;
    }

    /** Whether it may ever run this job: one tenant, one revision, and one routing value if exclusive. */
    boolean mayRun(Job job) {
        return !isRemoving()
                && function.equals(job.function())
                && (!exclusive || Objects.equals(owner, job.routingValue()));
    }

    boolean isRemoving() {
        return state instanceof ContainerState.Removing;
    }

    boolean isIdle() {
        return state instanceof ContainerState.Idle;
    }

    /** Idle, with nothing that must run here. */
    boolean isFree() {
        return isIdle() && queue.isEmpty();
    }

    /** On its way to its first job, with none of its own yet: it will take a shared one. */
    boolean isUnclaimed() {
        return queue.isEmpty()
                && (state instanceof ContainerState.Planned
                        || state instanceof ContainerState.Creating
                        || state instanceof ContainerState.Starting);
    }
}
