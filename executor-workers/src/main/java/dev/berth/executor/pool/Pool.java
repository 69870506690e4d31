package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pool of one instance: takes events, decides, returns actions. {@link Placement} brings jobs and containers together; this
 * says what comes in, what ends, and when a time is over.
 *
 * <p>One thread calls it. Two pools that see the same events at the same times return the same actions.
 */
public final class Pool implements PoolEvent.Visitor<Void> {
    private static final int REMEMBERED_ATTEMPTS = 100_000;
    // A job whose container goes away again and again, before it could run, is part of the trouble.
    private static final int MOST_MOVES = 3;
    // Nobody waits for a successor: one that does not start is tried again at leisure.
    private static final long PREPARE_AGAIN_MS = 10_000;

    private final PoolLimits limits;
    private final ContainerTable containers = new ContainerTable();
    private final KeyTable keys = new KeyTable(containers);
    private final Lines lines = new Lines(containers);
    private final Retention retention = new Retention();
    private final Placement placement;
    private final SeenAttempts seen = new SeenAttempts(REMEMBERED_ATTEMPTS);
    private final Map<FunctionKey, Long> failedMs = new HashMap<>();

    private Turn turn;
    private long arrivals;
    private boolean draining;

    /**
     * @param containerIdPrefix begins the id of each container; must differ between pools, also in time
     */
    public Pool(PoolLimits limits, String containerIdPrefix) {
        this(limits, List.of(), containerIdPrefix);
    }

    /**
     * @param prewarm which containers without code it keeps
     */
    public Pool(PoolLimits limits, List<PrewarmRule> prewarm, String containerIdPrefix) {
        this.limits = limits;
        this.placement = new Placement(limits, prewarm, containerIdPrefix, containers, keys, lines, retention);
    }

    /**
     * What to do about an event. Hot: two calls for each invocation.
     *
     * @param nowMs the time, never before that of the last call
     */
    public List<PoolAction> on(PoolEvent event, long nowMs) {
        turn = new Turn(nowMs, new ArrayList<>(4));
        endImpatient();
        event.accept(this);
        placement.serveAll(turn);
        endImpatient();
        if (event instanceof PoolEvent.Dispatched dispatched) {
            prepare(dispatched.job());
        }
        return turn.actions();
    }

    /** When it wants to hear of the time again, to hand back what has waited long enough; {@link Long#MAX_VALUE} for no time. */
    public long nextBoundMs() {
        return lines.nextBoundMs();
    }

    /** How busy it is now. */
    public PoolLoad load() {
        return load(containers.tally());
    }

    /** The same, counted anew: for tests. */
    PoolLoad recount() {
        Tally tally = new Tally();
        containers.all().forEach(tally::add);
        return load(tally);
    }

    private PoolLoad load(Tally tally) {
        return new PoolLoad(
                tally.slots,
                lines.size() - lines.claims(),
                lines.bytes(),
                containers.size(),
                tally.foreseenMb,
                tally.freeMb);
    }

    /** Which revisions have containers here. */
    public List<WarmSet> warm() {
        Map<FunctionKey, int[]> counts = new HashMap<>();
        for (Container container : containers.all()) {
            if (!container.isRemoving() && container.hasCode()) {
                int which = container.isFree() ? 0 : container.isUnderway() ? 2 : 1;
                counts.computeIfAbsent(container.kind.function(), function -> new int[3])[which]++;
            }
        }
        List<WarmSet> sets = new ArrayList<>(counts.size());
        counts.forEach((function, count) -> sets.add(new WarmSet(function, count[0], count[1], count[2])));
        return sets;
    }

    /** How many containers without code there are, of each configuration that is kept. */
    public List<PrewarmedCount> prewarmed() {
        return placement.prewarmed().counts();
    }

    @Override
    public Void dispatched(PoolEvent.Dispatched event) {
        Job job = event.job();
        if (!seen.add(job.id())) {
            turn.act(new PoolAction.Suppress(job));
            return null;
        }
        boolean replaced = job.order().replaced() || containers.isGone(job);
        Waiting waiting = new Waiting(job, keys.invoked(job, turn.nowMs()), arrivals++, turn.nowMs(), replaced);
        if (job.expired(turn.nowMs())) {
            end(waiting, null, TimeoutMessages.deadline(waiting, turn.nowMs()));
        } else if (job.kind().memoryMb() > limits.memoryMb()) {
            end(waiting, null, Bounces.tooLarge(job, limits));
        } else if (lines.size() >= limits.maxQueued()) {
            end(waiting, null, Bounces.full(lines.size()));
        } else {
            enqueue(waiting);
        }
        return null;
    }

    @Override
    public Void launched(PoolEvent.ContainerLaunched event) {
        Container container = containers.find(event.containerId());
        if (container != null
                && (container.state instanceof ContainerState.Creating
                        || container.state instanceof ContainerState.Specialising)) {
            containers.become(container, new ContainerState.Starting(turn.nowMs()));
        }
        return null;
    }

    @Override
    public Void ready(PoolEvent.ContainerReady event) {
        Container container = containers.find(event.containerId());
        // Its first request may be seen before the news that its process runs.
        if (container != null && !container.hasCode() && container.state.isUnderway()) {
            placement.prewarmed().ready(container, turn.nowMs());
        } else if (container != null && container.isUnderway()) {
            retention.started(container, turn.nowMs());
            becomeIdle(container);
            container.ahead = container.claimedBy == null;
            if (container.claimedBy != null) {
                lines.claim(null, container.claimedBy);
            }
        }
        return null;
    }

    @Override
    public Void startFailed(PoolEvent.StartFailed event) {
        Container container = containers.find(event.containerId());
        if (container != null && !container.hasCode() && container.state.isUnderway()) {
            dropPrewarmed(container, "prewarming failed: " + event.errorType());
        } else if (container != null && container.isUnderway()) {
            remove(container, "init failed: " + event.errorType());
            failStart(container, new Ending.InitFailed(event.errorType(), event.message()));
        }
        return null;
    }

    @Override
    public Void ended(PoolEvent.InvocationEnded event) {
        Container container = containers.find(event.containerId());
        if (container != null) {
            for (Running running : container.state.running()) {
                if (running.job().id().equals(event.attempt())) {
                    release(container, running);
                    finish(running, container, new Ending.Reported());
                }
            }
        }
        return null;
    }

    @Override
    public Void exited(PoolEvent.ContainerExited event) {
        Container container = containers.find(event.containerId());
        if (container == null) {
            return null;
        }
        containers.remove(container);
        if (!container.hasCode()) {
            if (!container.isRemoving()) {
                placement.prewarmed().failed(container, turn.nowMs());
            }
            return null;
        } else if (container.state instanceof ContainerState.Specialising) {
            // It ended before it knew what to load, so that it is not the function's doing: another takes its place.
            placement.prewarmed().failed(container, turn.nowMs());
            giveUp(container);
            return null;
        } else if (container.isUnderway()) {
            failStart(
                    container,
                    new Ending.InitFailed(
                            event.errorType(),
                            "The container ended before it asked for work (" + event.how()
                                    + "). The log tail says more if the code printed anything."));
        }
        for (Running running : container.state.running()) {
            if (event.notTaken().contains(running.job().id())) {
                moveOn(running.waiting(), container);
            } else {
                finish(running, container, exit(event, container));
            }
        }
        vacate(container);
        return null;
    }

    @Override
    public Void measured(PoolEvent.StateMeasured event) {
        Container container = containers.find(event.containerId());
        if (container != null) {
            container.stateBytes = event.bytes();
        }
        return null;
    }

    @Override
    public Void revisionsChanged(PoolEvent.RevisionsChanged event) {
        for (Container container : List.copyOf(containers.all())) {
            if (!container.hasCode()) {
                continue;
            }
            FunctionKey function = container.kind.function();
            if (function.tenant().equals(event.tenant()) && function.function().equals(event.function())) {
                container.stale = !event.revisions().contains(function.revision());
                if (container.isFree() && event.revisions().isEmpty()) {
                    remove(container, "function deleted");
                }
            }
        }
        return null;
    }

    @Override
    public Void tick() {
        for (Container container : List.copyOf(containers.all())) {
            checkTime(container);
        }
        for (Waiting waiting : lines.matching(this::waitedTooLong)) {
            end(waiting, null, Bounces.noRoom(waiting, limits, turn.nowMs()));
        }
        failedMs.values().removeIf(failed -> turn.nowMs() - failed >= PREPARE_AGAIN_MS);
        keepPrewarmed();
        return null;
    }

    @Override
    public Void fenced() {
        for (Waiting waiting : lines.matching(waiting -> true)) {
            lines.remove(waiting);
            seen.remove(waiting.job.id());
            keys.ended(waiting.key);
            turn.act(new PoolAction.Forget(waiting.job));
        }
        return null;
    }

    @Override
    public Void drain() {
        draining = true;
        lines.matching(waiting -> true).forEach(waiting -> end(waiting, null, Bounces.DRAINING));
        for (Container container : List.copyOf(containers.all())) {
            if (container.state.isUnderway() || !container.hasCode()) {
                remove(container, "instance drains");
            }
        }
        return null;
    }

    @Override
    public Void stop() {
        drain();
        for (Container container : List.copyOf(containers.all())) {
            for (Running running : container.state.running()) {
                release(container, running);
                finish(
                        running,
                        container,
                        new Ending.ContainerExited(
                                "Runtime.InstanceStopped", "The instance was stopped while the function ran."));
            }
            remove(container, "instance stopped");
        }
        return null;
    }

    /** Lets a job wait where the containers that may run it will find it. */
    private void enqueue(Waiting waiting) {
        Job job = waiting.job;
        Order order = job.order();
        Container named = containers.namedBy(job);
        if (draining) {
            end(waiting, null, Bounces.DRAINING);
        } else if (order.strict() && named == null) {
            end(waiting, null, Bounces.GONE);
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

    private void keepPrewarmed() {
        for (Container container : placement.prewarmed().surplus(turn.nowMs())) {
            remove(container, "not wanted any more");
        }
        if (!draining && lines.isEmpty()) {
            placement.prewarmed().refill(turn);
        }
    }

    private void dropPrewarmed(Container container, String reason) {
        remove(container, reason);
        placement.prewarmed().failed(container, turn.nowMs());
    }

    /** Has the version that should have run made ready, while an older container serves. */
    private void prepare(Job job) {
        ContainerKind successor = job.successor();
        if (successor != null && !draining && !failedMs.containsKey(successor.function())) {
            placement.prepare(successor, job.routingValue(), turn);
        }
    }

    private void becomeIdle(Container container) {
        container.lastUsedMs = turn.nowMs();
        containers.become(container, new ContainerState.Idle(turn.nowMs(), false));
    }

    /** One of its attempts is over. */
    private void release(Container container, Running over) {
        List<Running> others = container.state.running().stream()
                .filter(running -> !running.equals(over))
                .toList();
        if (container.state instanceof ContainerState.Removing removing) {
            containers.become(container, new ContainerState.Removing(others, removing.because()));
        } else if (others.isEmpty()) {
            becomeIdle(container);
        } else {
            container.lastUsedMs = turn.nowMs();
            containers.become(container, new ContainerState.Busy(others));
        }
    }

    private void checkTime(Container container) {
        long nowMs = turn.nowMs();
        if (!container.hasCode()) {
            if ((container.state instanceof ContainerState.Starting s && nowMs - s.sinceMs() >= limits.initTimeoutMs())
                    || (container.state instanceof ContainerState.Creating c
                            && nowMs - c.sinceMs() >= limits.createTimeoutMs())) {
                dropPrewarmed(container, "prewarming timed out");
            }
        } else if (container.state instanceof ContainerState.Busy busy) {
            endOverdue(container, busy);
        } else if (container.state instanceof ContainerState.Starting starting
                && nowMs - starting.sinceMs() >= limits.initTimeoutMs()) {
            remove(container, "init timed out");
            failStart(container, TimeoutMessages.init(limits.initTimeoutMs()));
        } else if (container.state instanceof ContainerState.Creating creating
                && nowMs - creating.sinceMs() >= limits.createTimeoutMs()) {
            remove(container, "creation timed out");
            failStart(container, TimeoutMessages.create(limits.createTimeoutMs()));
        } else if (container.state instanceof ContainerState.Specialising specialising
                && nowMs - specialising.sinceMs() >= limits.createTimeoutMs()) {
            remove(container, "specialising timed out");
            failStart(container, TimeoutMessages.create(limits.createTimeoutMs()));
        } else if (container.state instanceof ContainerState.Idle idle
                && container.stale
                && container.isFree()
                && nowMs - idle.sinceMs() >= limits.staleGraceMs()) {
            remove(container, "revision replaced");
        } else if (container.state instanceof ContainerState.Idle idle
                && !idle.paused()
                && container.isFree()
                && nowMs - idle.sinceMs() >= limits.pauseAfterMs()) {
            containers.become(container, new ContainerState.Idle(idle.sinceMs(), true));
            turn.act(new PoolAction.Pause(container.id));
        }
    }

    /** An attempt over its time takes its container with it. How the others there end is known when that has gone. */
    private void endOverdue(Container container, ContainerState.Busy busy) {
        List<Running> left = new ArrayList<>(busy.running());
        left.removeIf(running -> turn.nowMs() >= running.endsMs());
        if (left.size() < busy.running().size()) {
            for (Running running : busy.running()) {
                if (turn.nowMs() >= running.endsMs()) {
                    finish(running, container, TimeoutMessages.function(running.job()));
                }
            }
            remove(container, left, "function timed out");
        }
    }

    /** Whether a job has waited as long as it may for room, or a shared one for any container. */
    private boolean waitedTooLong(Waiting waiting) {
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

    /** Ends those that were there for the sake of a container that did not start. It is on its way out. */
    private void failStart(Container container, Ending why) {
        FunctionKey function = container.kind.function();
        failedMs.put(function, turn.nowMs());
        if (container.claimedBy != null) {
            end(container.claimedBy, container, why);
        }
        // Those without key go on: each of them has a container started for it, sooner or later.
        lines.matching(waiting -> waiting.line.named == null
                        && waiting.key.value != null
                        && waiting.key.function.equals(function)
                        && !containers.hasOneFor(function, waiting.key.value))
                .forEach(waiting -> end(waiting, container, why));
    }

    private void remove(Container container, String reason) {
        remove(container, List.of(), reason);
    }

    private void remove(Container container, List<Running> left, String reason) {
        if (!container.isRemoving()) {
            placement.retire(container, left, reason, turn);
            vacate(container);
        }
    }

    /** Sends those that waited for a container that goes away to wait for another, in their old places. */
    private void vacate(Container container) {
        for (Key key : keys.unbind(container)) {
            key.line.jobs.forEach(waiting -> waiting.replaced = true);
        }
        for (Waiting waiting : List.copyOf(container.line.jobs)) {
            lines.remove(waiting);
            waiting.replaced = true;
            enqueue(waiting);
        }
    }

    /** A container that was being specialised is no more: who waits for it has not been served by it, and goes on waiting. */
    private void giveUp(Container container) {
        if (container.claimedBy != null) {
            lines.claim(null, container.claimedBy);
        }
        keys.unbind(container);
        for (Waiting waiting : List.copyOf(container.line.jobs)) {
            lines.remove(waiting);
            enqueue(waiting);
        }
    }

    /** A job's container went away before its code had the job: it goes back to where it came from. */
    private void moveOn(Waiting waiting, Container container) {
        waiting.replaced = true;
        waiting.sinceMs = turn.nowMs();
        if (++waiting.moves > MOST_MOVES) {
            end(
                    waiting,
                    container,
                    new Ending.ContainerExited(
                            "Runtime.ExitError",
                            "The function's containers ended " + waiting.moves
                                    + " times before this invocation could start."));
        } else {
            enqueue(waiting);
        }
    }

    /** How an attempt ends that was in a container's code when that ended. */
    private static Ending exit(PoolEvent.ContainerExited event, Container container) {
        if (container.state instanceof ContainerState.Removing removing) {
            return new Ending.ContainerExited(
                    "Runtime.ContainerRemoved",
                    "The container was removed under this invocation, for another that ran there: " + removing.because()
                            + ". It runs up to " + container.kind.concurrency() + " at a time.");
        }
        return new Ending.ContainerExited(event.errorType(), "Runtime exited with error: " + event.how());
    }

    private void endImpatient() {
        Waiting waiting;
        while ((waiting = lines.impatient(turn.nowMs())) != null) {
            end(
                    waiting,
                    null,
                    waiting.job.expired(turn.nowMs())
                            ? TimeoutMessages.deadline(waiting, turn.nowMs())
                            : Bounces.busy(waiting, turn.nowMs()));
        }
    }

    /** Ends an attempt that did not run. */
    private void end(Waiting waiting, Container container, Ending how) {
        if (waiting.line != null) {
            lines.remove(waiting);
        }
        keys.ended(waiting.key);
        turn.act(new PoolAction.Finish(waiting.job, container == null ? null : container.id, null, false, how));
    }

    /** Ends an attempt that ran. */
    private void finish(Running running, Container container, Ending how) {
        keys.ended(running.waiting().key);
        turn.act(new PoolAction.Finish(running.job(), container.id, running.reuse(), running.firstOfKey(), how));
    }
}
