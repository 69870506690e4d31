package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pool of one instance: takes events, decides, returns actions.
 *
 * <p>The container of a job with a routing value is the one that served the value, whatever waits there; else a free one of
 * its function, the one with the fewest values; else a new one, if there is a slot and memory (free containers of others give
 * theirs); else the one of its function with the shortest queue; else the job waits for room, and is bounced when that takes
 * too long. A job without routing value runs in the first container of its function that is free.
 *
 * <p>One thread calls it. Two pools that see the same events at the same times return the same actions.
 */
public final class Pool implements PoolEvent.Visitor<Void> {
    private static final int REMEMBERED_ATTEMPTS = 100_000;
    // A job whose container goes away again and again, before it could run, is part of the trouble.
    private static final int MOST_MOVES = 3;

    private final PoolLimits limits;
    private final String containerIdPrefix;
    private final ContainerTable containers = new ContainerTable();
    private final ParkingLot parked = new ParkingLot();
    private final SeenAttempts seen = new SeenAttempts(REMEMBERED_ATTEMPTS);

    private List<PoolAction> actions = new ArrayList<>();
    private long nowMs;
    private long containersEver;
    private long arrivals;
    private int queued;
    private long queuedBytes;
    private boolean draining;

    /**
     * @param containerIdPrefix begins the id of each container; must differ between pools, also in time
     */
    public Pool(PoolLimits limits, String containerIdPrefix) {
        this.limits = limits;
        this.containerIdPrefix = containerIdPrefix;
    }

    /**
     * What to do about an event. Hot: two calls for each invocation.
     *
     * @param nowMs the time, never before that of the last call
     */
    public List<PoolAction> on(PoolEvent event, long nowMs) {
        this.nowMs = nowMs;
        this.actions = new ArrayList<>(4);
        event.accept(this);
        settle();
        return actions;
    }

    /** How busy it is now. */
    public PoolLoad load() {
        int running = 0;
        int idleMb = 0;
        int usedMb = 0;
        for (Container container : containers.all()) {
            running += container.state instanceof ContainerState.Busy ? 1 : 0;
            idleMb += container.isFree() ? container.memoryMb : 0;
            usedMb += container.memoryMb;
        }
        return new PoolLoad(running, queued, queuedBytes, containers.size(), usedMb, idleMb);
    }

    /** Which revisions have containers here. */
    public List<WarmSet> warm() {
        Map<FunctionKey, int[]> counts = new HashMap<>();
        for (Container container : containers.all()) {
            if (!container.isRemoving()) {
                counts.computeIfAbsent(container.function, f -> new int[2])[container.isFree() ? 0 : 1]++;
            }
        }
        List<WarmSet> sets = new ArrayList<>(counts.size());
        counts.forEach((function, count) -> sets.add(new WarmSet(function, count[0], count[1])));
        return sets;
    }

    @Override
    public Void dispatched(PoolEvent.Dispatched event) {
        Job job = event.job();
        if (!seen.add(job.id())) {
            actions.add(new PoolAction.Suppress(job));
            return null;
        }
        Waiting waiting = new Waiting(job, arrivals++, nowMs, job.replaced() || containers.isGone(job), 0);
        if (draining) {
            bounce(waiting, "The instance is draining and takes no more work.");
        } else if (job.memoryMb() > limits.memoryMb()) {
            bounce(
                    waiting,
                    "The function wants " + job.memoryMb() + " MB, and the instance has " + limits.memoryMb()
                            + " MB for containers in all. Lower the function's memory or run larger instances.");
        } else if (queued >= limits.maxQueued()) {
            bounce(waiting, "The instance holds " + queued + " waiting invocations, as many as it may.");
        } else {
            count(waiting, +1);
            // Behind those that wait already, or the second invocation of a key would overtake its first.
            if (parked.has(ParkingLot.Group.of(job)) || !place(waiting)) {
                parked.addLast(waiting);
            }
        }
        return null;
    }

    @Override
    public Void launched(PoolEvent.ContainerLaunched event) {
        Container container = containers.find(event.containerId());
        if (container != null && container.state instanceof ContainerState.Creating) {
            container.state = new ContainerState.Starting(nowMs);
        }
        return null;
    }

    @Override
    public Void ready(PoolEvent.ContainerReady event) {
        Container container = containers.find(event.containerId());
        // Its first request may be seen before the news that its process runs.
        if (container != null
                && (container.state instanceof ContainerState.Starting
                        || container.state instanceof ContainerState.Creating)) {
            container.state = new ContainerState.Idle(nowMs);
            container.lastUsedMs = nowMs;
        }
        return null;
    }

    @Override
    public Void startFailed(PoolEvent.StartFailed event) {
        Container container = containers.find(event.containerId());
        if (container != null
                && (container.state instanceof ContainerState.Creating
                        || container.state instanceof ContainerState.Starting)) {
            failStart(container, new Ending.InitFailed(event.errorType(), event.message()));
            remove(container, "init failed: " + event.errorType());
        }
        return null;
    }

    @Override
    public Void ended(PoolEvent.InvocationEnded event) {
        Container container = containers.find(event.containerId());
        if (container != null
                && container.state instanceof ContainerState.Busy busy
                && busy.job().id().equals(event.attempt())) {
            actions.add(new PoolAction.Finish(busy.job(), container.id, busy.reuse(), new Ending.Reported()));
            container.state = new ContainerState.Idle(nowMs);
            container.lastUsedMs = nowMs;
        }
        return null;
    }

    @Override
    public Void exited(PoolEvent.ContainerExited event) {
        Container container = containers.find(event.containerId());
        if (container == null) {
            return null;
        }
        if (container.state instanceof ContainerState.Creating || container.state instanceof ContainerState.Starting) {
            failStart(
                    container,
                    new Ending.InitFailed(
                            "Runtime.ExitError",
                            "The container ended before it asked for work (" + event.how()
                                    + "). The log tail says more if the code printed anything."));
        } else if (container.state instanceof ContainerState.Busy busy) {
            if (event.tookItsAttempt()) {
                String message = "Runtime exited with error: " + event.how();
                actions.add(new PoolAction.Finish(
                        busy.job(),
                        container.id,
                        busy.reuse(),
                        new Ending.ContainerExited("Runtime.ExitError", message)));
            } else {
                count(busy.waiting(), +1);
                container.queue.addFirst(busy.waiting());
            }
        }
        vacate(container);
        containers.remove(container);
        return null;
    }

    @Override
    public Void revisionsChanged(PoolEvent.RevisionsChanged event) {
        for (Container container : List.copyOf(containers.all())) {
            FunctionKey function = container.function;
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
        parked.take(waiting -> waiting.job().expired(nowMs)).forEach(waiting -> expire(waiting, null));
        for (Waiting waiting : parked.take(this::waitedTooLong)) {
            count(waiting, -1);
            bounce(
                    waiting,
                    "No container could be had within " + (nowMs - waiting.sinceMs()) + " ms: the instance has "
                            + limits.slots() + " slots and " + limits.memoryMb() + " MB, and others use them.");
        }
        return null;
    }

    @Override
    public Void fenced() {
        for (Waiting waiting : takeAllWaiting()) {
            seen.remove(waiting.job().id());
            actions.add(new PoolAction.Forget(waiting.job()));
        }
        return null;
    }

    @Override
    public Void drain() {
        draining = true;
        for (Waiting waiting : takeAllWaiting()) {
            bounce(waiting, "The instance drains; this invocation had not started.");
        }
        return null;
    }

    @Override
    public Void stop() {
        drain();
        for (Container container : List.copyOf(containers.all())) {
            if (container.state instanceof ContainerState.Busy busy) {
                actions.add(new PoolAction.Finish(
                        busy.job(),
                        container.id,
                        busy.reuse(),
                        new Ending.ContainerExited(
                                "Runtime.InstanceStopped", "The instance was stopped while the function ran.")));
            }
            remove(container, "instance stopped");
        }
        return null;
    }

    /** Finds a container for a job, starting one if need be. False leaves it to wait for one. */
    private boolean place(Waiting waiting) {
        Job job = waiting.job();
        Optional<Container> container = containers.pinned(job);
        if (job.routingValue() == null && container.isEmpty()) {
            return placeShared(job, waiting);
        }
        container = container
                .or(() -> containers.freeFor(job))
                .or(() -> startFor(job))
                .or(() -> containers.leastBusyFor(job));
        container.ifPresent(found -> {
            containers.bind(found, job.routingValue());
            found.queue.addLast(waiting);
        });
        return container.isPresent();
    }

    /** A job that any container may take: whichever is free first, be it one that was started for it. */
    private boolean placeShared(Job job, Waiting waiting) {
        Optional<Container> next = freeSlots() > 0 ? containers.nextFor(waiting) : Optional.empty();
        if (next.isPresent()) {
            next.get().queue.addFirst(waiting);
            return true;
        }
        int waitingForOne = Math.max(1, parked.size(ParkingLot.Group.of(job)));
        if (containers.unclaimedFor(job) < waitingForOne) {
            startFor(job);
        }
        return false;
    }

    private Optional<Container> startFor(Job job) {
        if (freeSlots() <= 0) {
            return Optional.empty();
        }
        int lackingMb = containers.memoryForeseenMb() + job.memoryMb() - limits.memoryMb();
        if (lackingMb > 0) {
            Optional<List<Container>> victims = containers.victimsFor(lackingMb);
            if (victims.isEmpty()) {
                return Optional.empty();
            }
            victims.get().forEach(victim -> remove(victim, victim.stale ? "revision replaced" : "evicted for another"));
        }
        Container container = new Container(containerIdPrefix + ++containersEver, job, nowMs);
        containers.add(container);
        startPlanned();
        return Optional.of(container);
    }

    /** Does whatever has become possible, the longest-waiting first. */
    private void settle() {
        if (draining) {
            for (Waiting waiting : parked.take(waiting -> true)) {
                count(waiting, -1);
                bounce(waiting, "The instance drains; this invocation had not started.");
            }
        }
        startPlanned();
        Set<ParkingLot.Group> tried = Set.of();
        while (true) {
            Optional<Container> runnable = freeSlots() > 0 ? containers.longestWaiting() : Optional.empty();
            Waiting head = parked.isEmpty() ? null : parked.oldestHead(tried);
            if (head != null
                    && (runnable.isEmpty()
                            || head.sequence()
                                    < runnable.get().queue.peekFirst().sequence())) {
                ParkingLot.Group group = ParkingLot.Group.of(head.job());
                if (place(head)) {
                    parked.poll(group);
                } else {
                    tried = new HashSet<>(tried);
                    tried.add(group);
                }
            } else if (runnable.isPresent()) {
                run(runnable.get());
            } else {
                return;
            }
        }
    }

    private void run(Container container) {
        Waiting waiting = container.queue.pollFirst();
        Job job = waiting.job();
        if (job.expired(nowMs)) {
            expire(waiting, container);
            return;
        }
        count(waiting, -1);
        boolean first = container.served++ == 0;
        Reuse reuse = waiting.replaced() ? Reuse.REPLACED : first ? Reuse.COLD : Reuse.WARM;
        container.state = new ContainerState.Busy(waiting, reuse, nowMs + job.timeoutMs());
        container.lastUsedMs = nowMs;
        actions.add(new PoolAction.Run(container.id, job, reuse, first));
    }

    private void startPlanned() {
        for (Container container : containers.all()) {
            if (container.state instanceof ContainerState.Planned
                    && containers.memoryHeldMb() + container.memoryMb <= limits.memoryMb()) {
                container.state = new ContainerState.Creating(nowMs);
                actions.add(new PoolAction.Start(container.id, container.function, container.memoryMb));
            }
        }
    }

    private void checkTime(Container container) {
        if (container.state instanceof ContainerState.Busy busy && nowMs >= busy.endsMs()) {
            actions.add(new PoolAction.Finish(
                    busy.job(), container.id, busy.reuse(), TimeoutMessages.function(busy.job())));
            remove(container, "function timed out");
        } else if (container.state instanceof ContainerState.Starting starting
                && nowMs - starting.sinceMs() >= limits.initTimeoutMs()) {
            failStart(container, TimeoutMessages.init(limits.initTimeoutMs()));
            remove(container, "init timed out");
        } else if (container.state instanceof ContainerState.Creating creating
                && nowMs - creating.sinceMs() >= limits.createTimeoutMs()) {
            failStart(container, TimeoutMessages.create(limits.createTimeoutMs()));
            remove(container, "creation timed out");
        } else if (container.state instanceof ContainerState.Idle idle
                && container.stale
                && container.queue.isEmpty()
                && nowMs - idle.sinceMs() >= limits.staleGraceMs()) {
            remove(container, "revision replaced");
        }
        List<Waiting> expired = new ArrayList<>();
        container.queue.removeIf(waiting -> waiting.job().expired(nowMs) && expired.add(waiting));
        expired.forEach(waiting -> expire(waiting, container));
    }

    private boolean waitedTooLong(Waiting waiting) {
        Job job = waiting.job();
        boolean somethingToWaitFor = job.routingValue() == null && containers.hasOneFor(job);
        return nowMs - waiting.sinceMs() >= (somethingToWaitFor ? limits.sharedWaitMs() : limits.roomWaitMs());
    }

    /** Ends all that waited for a container that does not start: its own queue, or the shared job it was started for. */
    private void failStart(Container container, Ending why) {
        boolean unclaimed = container.queue.isEmpty();
        for (Waiting waiting : container.queue) {
            end(waiting, container, why);
        }
        container.queue.clear();
        if (unclaimed) {
            Waiting shared = parked.poll(new ParkingLot.Group(container.function, false, null));
            if (shared != null) {
                end(shared, container, why);
            }
        }
    }

    private void remove(Container container, String reason) {
        if (container.isRemoving()) {
            return;
        }
        boolean exists = container.state.holdsMemory();
        vacate(container);
        if (exists) {
            container.state = new ContainerState.Removing();
            actions.add(new PoolAction.Remove(container.id, reason));
        } else {
            containers.remove(container);
        }
    }

    /** Sends what waits at a container that goes away to wait for another, in its old order and before all others. */
    private void vacate(Container container) {
        containers.unbind(container);
        while (!container.queue.isEmpty()) {
            Waiting waiting = container.queue.pollLast().moved(nowMs);
            if (waiting.moves() > MOST_MOVES) {
                end(
                        waiting,
                        container,
                        new Ending.ContainerExited(
                                "Runtime.ExitError",
                                "The function's containers ended " + waiting.moves()
                                        + " times before this invocation could start."));
            } else {
                parked.addFirst(waiting);
            }
        }
    }

    private List<Waiting> takeAllWaiting() {
        List<Waiting> all = new ArrayList<>(parked.take(waiting -> true));
        for (Container container : containers.all()) {
            all.addAll(container.queue);
            container.queue.clear();
        }
        all.forEach(waiting -> count(waiting, -1));
        return all;
    }

    private void expire(Waiting waiting, Container container) {
        end(waiting, container, TimeoutMessages.deadline(waiting, nowMs));
    }

    private void end(Waiting waiting, Container container, Ending how) {
        count(waiting, -1);
        actions.add(new PoolAction.Finish(waiting.job(), container == null ? null : container.id, null, how));
    }

    private void bounce(Waiting waiting, String message) {
        // It has not run: the router may well send the same attempt again.
        seen.remove(waiting.job().id());
        actions.add(new PoolAction.Finish(waiting.job(), null, null, new Ending.Bounced(message)));
    }

    private void count(Waiting waiting, int sign) {
        queued += sign;
        queuedBytes += (long) sign * waiting.job().payloadBytes();
    }

    private int freeSlots() {
        return limits.slots() - containers.slotsHeld();
    }
}
