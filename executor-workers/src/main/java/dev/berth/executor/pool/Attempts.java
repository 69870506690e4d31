package dev.berth.executor.pool;

/** The way of an attempt: where it waits, where it goes when its container is gone, how it ends. */
final class Attempts {
    // A job whose container goes away again and again, before it could run, is part of the trouble.
    private static final int MOST_MOVES = 3;

    private final PoolLimits limits;
    private final ContainerTable containers;
    private final KeyTable keys;
    private final Lines lines;
    private boolean draining;

    Attempts(PoolLimits limits, ContainerTable containers, KeyTable keys, Lines lines) {
        this.limits = limits;
        this.containers = containers;
        this.keys = keys;
        this.lines = lines;
    }

    /** Lets a job wait where the containers that may run it will find it. */
    void enqueue(Waiting waiting, Turn turn) {
        Job job = waiting.job;
        Order order = job.order();
        Container named = containers.namedBy(job);
        if (draining) {
            end(waiting, null, Bounces.DRAINING, turn);
        } else if (order.strict() && named == null) {
            end(waiting, null, Bounces.GONE, turn);
        } else if (order.strict() || (named != null && job.routingValue() == null && !order.fresh())) {
            lines.add(named.line, waiting);
        } else {
            if (named != null && job.routingValue() != null) {
                // The pin's container is the key's, known as such or not.
                keys.bind(waiting.key, named, named.forgetful);
            }
            lines.add(waiting.key.line, waiting);
        }
    }

    /** A job's container went away before its code had the job: it goes back to where it came from. */
    void moveOn(Waiting waiting, Container container, Turn turn) {
        waiting.replaced = true;
        waiting.sinceMs = turn.nowMs();
        if (++waiting.moves > MOST_MOVES) {
            end(
                    waiting,
                    container,
                    new Ending.ContainerExited(
                            "Runtime.ExitError",
                            "The function's containers ended " + waiting.moves
                                    + " times before this invocation could start."),
                    turn);
        } else {
            enqueue(waiting, turn);
        }
    }

    /** Ends those for which there has been no room for too long. */
    void endRoomless(Turn turn) {
        for (Waiting waiting : lines.matching(waiting -> waitedTooLong(waiting, turn))) {
            end(waiting, null, Bounces.noRoom(waiting, limits, turn.nowMs()), turn);
        }
    }

    /** Hands back all that waits, and from now on all that would. */
    void drain(Turn turn) {
        draining = true;
        lines.matching(waiting -> true).forEach(waiting -> end(waiting, null, Bounces.DRAINING, turn));
    }

    boolean isDraining() {
        return draining;
    }

    /** Whether a job has waited as long as it may for room, or a shared one for any container. */
    private boolean waitedTooLong(Waiting waiting, Turn turn) {
        long waitedMs = turn.nowMs() - waiting.sinceMs;
        if (waitedMs < Math.min(limits.roomWaitMs(), limits.sharedWaitMs())
                || waiting.own != null
                || !waiting.line.takesAny()) {
            return false;
        }
        Key key = waiting.key;
        boolean somethingToWaitFor = containers.hasOneFor(key.function, key.value);
        long mostMs =
                !somethingToWaitFor ? limits.roomWaitMs() : key.value == null ? limits.sharedWaitMs() : Long.MAX_VALUE;
        return waitedMs >= mostMs;
    }

    /** Ends those whose patience, or the router's, is over. */
    void endImpatient(Turn turn) {
        Waiting waiting;
        while ((waiting = lines.impatient(turn.nowMs())) != null) {
            end(
                    waiting,
                    null,
                    waiting.job.expired(turn.nowMs())
                            ? TimeoutMessages.deadline(waiting, turn.nowMs())
                            : Bounces.busy(waiting, turn.nowMs()),
                    turn);
        }
    }

    /** Ends an attempt that did not run. */
    void end(Waiting waiting, Container container, Ending how, Turn turn) {
        if (waiting.line != null) {
            lines.remove(waiting);
        }
        keys.ended(waiting.key);
        turn.act(new PoolAction.Finish(waiting.job, container == null ? null : container.id, null, false, how));
    }

    /** Ends an attempt that ran. */
    void finish(Running running, Container container, Ending how, Turn turn) {
        keys.ended(running.waiting().key);
        turn.act(new PoolAction.Finish(running.job(), container.id, running.reuse(), running.firstOfKey(), how));
    }
}
