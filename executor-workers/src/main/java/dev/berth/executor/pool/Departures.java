package dev.berth.executor.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How containers are left: by what they ran, and by all that waited for them when they go. */
final class Departures {
    // Nobody waits for a successor: one that does not start is tried again at leisure.
    private static final long PREPARE_AGAIN_MS = 10_000;

    private final ContainerTable containers;
    private final KeyTable keys;
    private final Lines lines;
    private final Placement placement;
    private final Attempts attempts;
    private final Map<FunctionKey, Long> failedMs = new HashMap<>();

    Departures(ContainerTable containers, KeyTable keys, Lines lines, Placement placement, Attempts attempts) {
        this.containers = containers;
        this.keys = keys;
        this.lines = lines;
        this.placement = placement;
        this.attempts = attempts;
    }

    /** Takes a container out of use, with nothing left in it. Done once. */
    void remove(Container container, String reason, Turn turn) {
        remove(container, List.of(), reason, turn);
    }

    /**
     * The same.
     *
     * @param left what runs there and is not ended yet
     */
    void remove(Container container, List<Running> left, String reason, Turn turn) {
        if (!container.isRemoving()) {
            placement.retire(container, left, reason, turn);
            vacate(container, turn);
        }
    }

    /** Sends those that waited for a container that goes away to wait for another, in their old places. */
    void vacate(Container container, Turn turn) {
        for (Key key : keys.unbind(container)) {
            key.line.jobs.forEach(waiting -> waiting.replaced = true);
        }
        for (Waiting waiting : List.copyOf(container.line.jobs)) {
            lines.remove(waiting);
            waiting.replaced = true;
            attempts.enqueue(waiting, turn);
        }
    }

    /** A container that was being specialised is no more: who waits for it has not been served by it, and goes on waiting. */
    void giveUp(Container container, Turn turn) {
        if (container.claimedBy != null) {
            lines.claim(null, container.claimedBy);
        }
        keys.unbind(container);
        for (Waiting waiting : List.copyOf(container.line.jobs)) {
            lines.remove(waiting);
            attempts.enqueue(waiting, turn);
        }
    }

    /** Ends those that were there for the sake of a container that did not start. It is on its way out. */
    void failStart(Container container, Ending why, Turn turn) {
        FunctionKey function = container.kind.function();
        forgetFailures(turn.nowMs());
        failedMs.put(function, turn.nowMs());
        if (container.claimedBy != null) {
            attempts.end(container.claimedBy, container, why, turn);
        }
        // Those without key go on: each of them has a container started for it, sooner or later.
        lines.matching(waiting -> waiting.line.named == null
                        && waiting.key.value != null
                        && waiting.key.function.equals(function)
                        && !containers.hasOneFor(function, waiting.key.value))
                .forEach(waiting -> attempts.end(waiting, container, why, turn));
    }

    /** One of its attempts is over. */
    void release(Container container, Running over, Turn turn) {
        List<Running> others = container.state.running().stream()
                .filter(running -> !running.equals(over))
                .toList();
        if (container.state instanceof ContainerState.Removing removing) {
            containers.become(container, new ContainerState.Removing(others, removing.because()));
        } else if (others.isEmpty()) {
            becomeIdle(container, turn);
        } else {
            container.lastUsedMs = turn.nowMs();
            containers.become(container, new ContainerState.Busy(others));
        }
    }

    /** It waits for work. */
    void becomeIdle(Container container, Turn turn) {
        container.lastUsedMs = turn.nowMs();
        containers.become(container, new ContainerState.Idle(turn.nowMs(), false));
    }

    /** How an attempt ends that was in a container's code when that ended. */
    static Ending exit(PoolEvent.ContainerExited event, Container container) {
        if (container.state instanceof ContainerState.Removing removing) {
            return new Ending.ContainerExited(
                    "Runtime.ContainerRemoved",
                    "The container was removed under this invocation, for another that ran there: " + removing.because()
                            + ". It runs up to " + container.kind.concurrency() + " at a time.");
        }
        return new Ending.ContainerExited(event.errorType(), "Runtime exited with error: " + event.how());
    }

    /** Whether a container of the function did not start, a short while ago. */
    boolean failedLately(FunctionKey function, long nowMs) {
        forgetFailures(nowMs);
        return failedMs.containsKey(function);
    }

    private void forgetFailures(long nowMs) {
        failedMs.values().removeIf(failed -> nowMs - failed >= PREPARE_AGAIN_MS);
    }
}
