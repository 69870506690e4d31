package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pool of one instance: takes events, decides, returns actions. This says what each event means. {@link Placement} brings
 * jobs and containers together; {@link Attempts} is the way of a job, {@link Departures} that of a container's end,
 * {@link Deadlines} says when a time is over, and {@link Cancellation} ends what is not wanted any more.
 *
 * <p>One thread calls it. Two pools that see the same events at the same times return the same actions.
 */
public final class Pool implements PoolEvent.Visitor<Void> {
    private static final int REMEMBERED_ATTEMPTS = 100_000;

    private final PoolLimits limits;
    private final ContainerTable containers = new ContainerTable();
    private final KeyTable keys = new KeyTable(containers);
    private final Lines lines = new Lines(containers);
    private final Retention retention = new Retention();
    private final Placement placement;
    private final SeenAttempts seen = new SeenAttempts(REMEMBERED_ATTEMPTS);
    private final Attempts attempts;
    private final Departures departures;
    private final Deadlines deadlines;
    private final Cancellation cancellation;

    private Turn turn;
    private long arrivals;

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
        this.attempts = new Attempts(limits, containers, keys, lines);
        this.departures = new Departures(containers, keys, lines, placement, attempts);
        this.deadlines = new Deadlines(limits, containers, placement, attempts, departures);
        this.cancellation = new Cancellation(containers, lines, seen, attempts, departures);
    }

    /**
     * What to do about an event. Hot: two calls for each invocation.
     *
     * @param nowMs the time, never before that of the last call
     */
    public List<PoolAction> on(PoolEvent event, long nowMs) {
        turn = new Turn(nowMs, new ArrayList<>(4));
        attempts.endImpatient(turn);
        event.accept(this);
        placement.serveAll(turn);
        attempts.endImpatient(turn);
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

    /** How many containers are in which state. */
    public Census census() {
        return Census.of(containers.all());
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
            attempts.end(waiting, null, TimeoutMessages.deadline(waiting, turn.nowMs()), turn);
        } else if (job.kind().memoryMb() > limits.memoryMb()) {
            attempts.end(waiting, null, Bounces.tooLarge(job, limits), turn);
        } else if (lines.size() >= limits.maxQueued()) {
            attempts.end(waiting, null, Bounces.full(lines.size()), turn);
        } else {
            attempts.enqueue(waiting, turn);
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
            departures.becomeIdle(container, turn);
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
            deadlines.dropPrewarmed(container, "prewarming failed: " + event.errorType(), turn);
        } else if (container != null && container.isUnderway()) {
            departures.remove(container, "init failed: " + event.errorType(), turn);
            departures.failStart(container, new Ending.InitFailed(event.errorType(), event.message()), turn);
        }
        return null;
    }

    @Override
    public Void ended(PoolEvent.InvocationEnded event) {
        Container container = containers.find(event.containerId());
        if (container != null) {
            for (Running running : container.state.running()) {
                if (running.job().id().equals(event.attempt())) {
                    departures.release(container, running, turn);
                    attempts.finish(running, container, new Ending.Reported(), turn);
                    cancellation.endUnwanted(container, turn);
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
            departures.giveUp(container, turn);
            return null;
        } else if (container.isUnderway()) {
            departures.failStart(
                    container,
                    new Ending.InitFailed(
                            event.errorType(),
                            "The container ended before it asked for work (" + event.how()
                                    + "). The log tail says more if the code printed anything."),
                    turn);
        }
        for (Running running : container.state.running()) {
            if (running.unwanted()) {
                cancellation.stopped(running, container, turn);
            } else if (event.notTaken().contains(running.job().id())) {
                attempts.moveOn(running.waiting(), container, turn);
            } else {
                attempts.finish(running, container, Departures.exit(event, container), turn);
            }
        }
        departures.vacate(container, turn);
        return null;
    }

    @Override
    public Void cancelAsked(PoolEvent.CancelAsked event) {
        cancellation.cancel(event.attempt(), turn);
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
                    departures.remove(container, "function deleted", turn);
                }
            }
        }
        return null;
    }

    @Override
    public Void tick() {
        for (Container container : List.copyOf(containers.all())) {
            deadlines.checkTime(container, turn);
        }
        attempts.endRoomless(turn);
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
        attempts.drain(turn);
        for (Container container : List.copyOf(containers.all())) {
            if (container.state.isUnderway() || !container.hasCode()) {
                departures.remove(container, "instance drains", turn);
            }
        }
        return null;
    }

    @Override
    public Void stop() {
        drain();
        for (Container container : List.copyOf(containers.all())) {
            for (Running running : container.state.running()) {
                departures.release(container, running, turn);
                attempts.finish(
                        running,
                        container,
                        new Ending.ContainerExited(
                                "Runtime.InstanceStopped", "The instance was stopped while the function ran."),
                        turn);
            }
            departures.remove(container, "instance stopped", turn);
        }
        return null;
    }

    private void keepPrewarmed() {
        for (Container container : placement.prewarmed().surplus(turn.nowMs())) {
            departures.remove(container, "not wanted any more", turn);
        }
        if (!attempts.isDraining() && lines.isEmpty()) {
            placement.prewarmed().refill(turn);
        }
    }

    /** Has the version that should have run made ready, while an older container serves. */
    private void prepare(Job job) {
        ContainerKind successor = job.successor();
        if (successor != null
                && !attempts.isDraining()
                && !departures.failedLately(successor.function(), turn.nowMs())) {
            placement.prepare(successor, job.routingValue(), turn);
        }
    }
}
