package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings together jobs that wait and containers, and starts containers for those that find none.
 *
 * <p>The job that has waited longest goes first. A job of a key runs in the container that its dispatch names, else in the
 * idle one that its key used last; jobs that any container of the function will do for (those without key, the first of a key,
 * and fresh ones) else in the idle one that serves the fewest keys, else in a prewarmed one, else in a new one, if there is a
 * slot and memory.
 */
final class Placement {
    private final PoolLimits limits;
    private final String containerIdPrefix;
    private final ContainerTable containers;
    private final KeyTable keys;
    private final Lines lines;
    private final Retention retention;
    private final Prewarmed prewarmed;
    private long containersEver;

    Placement(
            PoolLimits limits,
            List<PrewarmRule> prewarm,
            String containerIdPrefix,
            ContainerTable containers,
            KeyTable keys,
            Lines lines,
            Retention retention) {
        this.limits = limits;
        this.containerIdPrefix = containerIdPrefix;
        this.containers = containers;
        this.keys = keys;
        this.lines = lines;
        this.retention = retention;
        this.prewarmed = new Prewarmed(limits, prewarm, containers, this::nextId);
    }

    /** Does whatever has become possible. Hot. */
    void serveAll(Turn turn) {
        startPlanned(turn);
        boolean progress = true;
        while (progress && !lines.isEmpty()) {
            progress = false;
            Set<ContainerKind> none = new HashSet<>();
            Line line = lines.after(-1);
            while (line != null && somethingToGive()) {
                long sequence = line.head().sequence;
                ContainerKind kind = line.head().job.kind();
                // Of many new keys of one function, all would look for the same.
                if (!line.awaits().isEmpty() || !none.contains(kind)) {
                    boolean served = serve(line, turn);
                    progress |= served;
                    if (!served && line.takesAny() && !kind.exclusive()) {
                        none.add(kind);
                    }
                }
                line = lines.after(sequence);
            }
        }
    }

    /** Makes a container ready ahead of need, if nothing that runs or waits is the poorer for it. */
    void prepare(ContainerKind kind, String routingValue, Turn turn) {
        if (!containers.hasOneFor(kind.function(), routingValue)) {
            create(kind, routingValue, turn);
        }
    }

    /** The containers without code. */
    Prewarmed prewarmed() {
        return prewarmed;
    }

    /**
     * Takes a container out of use; its memory is free when it has gone. The caller looks after those that wait for it.
     *
     * @param left what runs there and is not ended yet
     */
    void retire(Container container, List<Running> left, String reason, Turn turn) {
        if (container.state.holdsMemory()) {
            containers.become(container, new ContainerState.Removing(left, reason));
            turn.act(new PoolAction.Remove(container.id, reason));
        } else {
            containers.remove(container);
        }
    }

    /** Runs the first of a line, or has a container on its way for one of it. */
    private boolean serve(Line line, Turn turn) {
        Container free = freeSlots() > 0 ? withRoomFor(line) : null;
        if (free != null) {
            run(free, line.head(), turn);
            return true;
        }
        Waiting unserved = line.firstWithoutOwn();
        if (unserved == null) {
            return false;
        }
        for (Container container : line.awaits()) {
            if (container.isUnclaimed()) {
                lines.claim(container, unserved);
                return true;
            }
        }
        Waiting entitled = line.firstToStartFor();
        return entitled != null && !line.willHaveRoom() && startFor(entitled, turn);
    }

    private Container withRoomFor(Line line) {
        Waiting head = line.head();
        Container best = null;
        for (Container container : line.awaits()) {
            if (container.hasRoom() && container.mayRun(head.job)) {
                if (container.id.equals(head.job.order().containerHint())) {
                    return container;
                }
                // The last used: the others are left to grow old and go.
                best = best == null || container.lastUsedMs > best.lastUsedMs ? container : best;
            }
        }
        return best == null && line.takesAny() ? containers.withRoomFor(line.key.function, line.key.value) : best;
    }

    private boolean startFor(Waiting waiting, Turn turn) {
        Key key = waiting.key;
        Container container = containers.unclaimedFor(key.function, key.value);
        if (container == null) {
            container = create(waiting.job.kind(), key.value, turn);
        }
        if (container == null) {
            return false;
        }
        lines.claim(container, waiting);
        if (key.value != null) {
            keys.bind(key, container, false);
            container.startedFor = key;
        }
        return true;
    }

    /** A container for such jobs: a prewarmed one, else a new one; null if there is no room. */
    private Container create(ContainerKind kind, String owner, Turn turn) {
        Container ready = freeSlots() > 0 ? prewarmed.find(kind) : null;
        if (ready != null) {
            containers.specialise(ready, kind, owner, turn.nowMs());
            prewarmed.wanted(kind, turn.nowMs());
            turn.act(new PoolAction.Specialise(ready.id, kind.function()));
            return ready;
        }
        int lackingMb = containers.tally().foreseenMb + kind.memoryMb() - limits.memoryMb();
        if (freeSlots() <= 0 || lackingMb > containers.tally().freeMb) {
            return null;
        }
        if (lackingMb > 0) {
            for (Container victim : retention.victims(containers.all(), lackingMb, turn.nowMs())) {
                keys.unbind(victim);
                retire(victim, List.of(), victim.stale ? "revision replaced" : "evicted for another", turn);
            }
        }
        Container container = new Container(nextId(), kind, owner, turn.nowMs());
        containers.add(container);
        prewarmed.wanted(kind, turn.nowMs());
        startPlanned(turn);
        return container;
    }

    private String nextId() {
        return containerIdPrefix + ++containersEver;
    }

    private void startPlanned(Turn turn) {
        for (Container container : containers.planned()) {
            if (containers.tally().heldMb + container.memoryMb <= limits.memoryMb()) {
                container.createdMs = turn.nowMs();
                containers.become(container, new ContainerState.Creating(turn.nowMs()));
                turn.act(new PoolAction.Start(container.id, container.kind.function(), container.memoryMb));
            }
        }
    }

    private void run(Container container, Waiting waiting, Turn turn) {
        Job job = waiting.job;
        lines.remove(waiting);
        boolean waited = container.served == 0 && !container.ahead;
        StartPath path = path(container);
        boolean firstOfKey = keys.serve(waiting.key, container) && job.routingValue() != null;
        keys.releasePromised(waiting.key);
        Reuse reuse = reuse(waiting, path, firstOfKey);
        container.used(turn.nowMs());
        if (container.state instanceof ContainerState.Idle idle && idle.paused()) {
            turn.act(new PoolAction.Unpause(container.id));
        }
        Running running = new Running(waiting, reuse, firstOfKey, turn.nowMs() + job.timeoutMs(), false);
        containers.become(container, new ContainerState.Busy(with(container.state.running(), running)));
        turn.act(new PoolAction.Run(container.id, job, reuse, path, waited));
    }

    private static List<Running> with(List<Running> others, Running running) {
        if (others.isEmpty()) {
            return List.of(running);
        }
        List<Running> all = new ArrayList<>(others);
        all.add(running);
        return List.copyOf(all);
    }

    private static StartPath path(Container container) {
        if (container.served > 0) {
            return StartPath.WARM;
        }
        return container.ahead || container.prewarmedBy != null ? StartPath.PREWARMED : StartPath.COLD;
    }

    private static Reuse reuse(Waiting waiting, StartPath path, boolean firstOfKey) {
        if (waiting.replaced) {
            return Reuse.REPLACED;
        } else if (firstOfKey && waiting.job.order().spilled()) {
            return Reuse.SPILLED;
        }
        return switch (path) {
            case WARM -> Reuse.WARM;
            case PREWARMED -> Reuse.PREWARMED;
            case COLD -> Reuse.COLD;
        };
    }

    private boolean somethingToGive() {
        return freeSlots() > 0 || containers.tally().underway > lines.claims();
    }

    private int freeSlots() {
        return limits.slots() - containers.tally().slots;
    }
}
