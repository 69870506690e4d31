package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.List;

/** What is over when its time is over: starts, attempts that run, what stands idle. */
final class Deadlines {
    private final PoolLimits limits;
    private final ContainerTable containers;
    private final Placement placement;
    private final Attempts attempts;
    private final Departures departures;

    Deadlines(
            PoolLimits limits,
            ContainerTable containers,
            Placement placement,
            Attempts attempts,
            Departures departures) {
        this.limits = limits;
        this.containers = containers;
        this.placement = placement;
        this.attempts = attempts;
        this.departures = departures;
    }

    /** Ends what a container has taken too long for, and pauses one that has been idle for long enough. */
    void checkTime(Container container, Turn turn) {
        long nowMs = turn.nowMs();
        if (!container.hasCode()) {
            if ((container.state instanceof ContainerState.Starting s && nowMs - s.sinceMs() >= limits.initTimeoutMs())
                    || (container.state instanceof ContainerState.Creating c
                            && nowMs - c.sinceMs() >= limits.createTimeoutMs())) {
                dropPrewarmed(container, "prewarming timed out", turn);
            }
        } else if (container.state instanceof ContainerState.Busy busy) {
            endOverdue(container, busy, turn);
        } else if (container.state instanceof ContainerState.Starting starting
                && nowMs - starting.sinceMs() >= limits.initTimeoutMs()) {
            departures.remove(container, "init timed out", turn);
            departures.failStart(container, TimeoutMessages.init(limits.initTimeoutMs()), turn);
        } else if (container.state instanceof ContainerState.Creating creating
                && nowMs - creating.sinceMs() >= limits.createTimeoutMs()) {
            departures.remove(container, "creation timed out", turn);
            departures.failStart(container, TimeoutMessages.create(limits.createTimeoutMs()), turn);
        } else if (container.state instanceof ContainerState.Specialising specialising
                && nowMs - specialising.sinceMs() >= limits.createTimeoutMs()) {
            departures.remove(container, "specialising timed out", turn);
            departures.failStart(container, TimeoutMessages.create(limits.createTimeoutMs()), turn);
        } else if (container.state instanceof ContainerState.Idle idle
                && container.stale
                && container.isFree()
                && nowMs - idle.sinceMs() >= limits.staleGraceMs()) {
            departures.remove(container, "revision replaced", turn);
        } else if (container.state instanceof ContainerState.Idle idle
                && !idle.paused()
                && container.isFree()
                && nowMs - idle.sinceMs() >= limits.pauseAfterMs()) {
            containers.become(container, new ContainerState.Idle(idle.sinceMs(), true));
            turn.act(new PoolAction.Pause(container.id));
        }
    }

    /** An attempt over its time takes its container with it. How the others there end is known when that has gone. */
    private void endOverdue(Container container, ContainerState.Busy busy, Turn turn) {
        List<Running> left = new ArrayList<>(busy.running());
        left.removeIf(running -> turn.nowMs() >= running.endsMs());
        if (left.size() < busy.running().size()) {
            for (Running running : busy.running()) {
                if (turn.nowMs() >= running.endsMs()) {
                    attempts.finish(running, container, TimeoutMessages.function(running.job()), turn);
                }
            }
            departures.remove(container, left, "function timed out", turn);
        }
    }

    /** One without code is of no use any more, by its own or its machine's fault. */
    void dropPrewarmed(Container container, String reason, Turn turn) {
        departures.remove(container, reason, turn);
        placement.prewarmed().failed(container, turn.nowMs());
    }
}
