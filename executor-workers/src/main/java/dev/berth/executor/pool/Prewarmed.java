package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The prewarmed containers of a pool: which one a job gets, and how many are kept. They take only memory that nobody else has,
 * give it up to whoever wants it, hold no slot, and are made one at a time while no job waits.
 */
final class Prewarmed {
    // One that does not start, or ends by itself, would do so again: its machine, image or runtime is at fault.
    private static final long MAKE_AGAIN_MS = 10_000;

    private final PoolLimits limits;
    private final ContainerTable containers;
    private final Supplier<String> nextId;
    /** The smallest first, so that the first that fits is the one that fits best. */
    private final List<Prewarming> prewarmings;

    private final Map<PrewarmRule, Long> failedMs = new HashMap<>();

    Prewarmed(PoolLimits limits, List<PrewarmRule> rules, ContainerTable containers, Supplier<String> nextId) {
        this.limits = limits;
        this.containers = containers;
        this.nextId = nextId;
        this.prewarmings = rules.stream()
                .filter(rule -> rule.memoryMb() <= limits.memoryMb())
                .sorted(Comparator.comparingInt(PrewarmRule::memoryMb))
                .map(Prewarming::new)
                .toList();
    }

    /** A job gets a container that was not there before it came: what is kept follows that. */
    void wanted(ContainerKind kind, long nowMs) {
        for (Prewarming prewarming : prewarmings) {
            if (prewarming.rule.fits(kind)) {
                prewarming.wanted(nowMs);
                return;
            }
        }
    }

    /** The smallest that may become one of this kind; null if there is none. */
    Container find(ContainerKind kind) {
        Container best = null;
        for (Container container : containers.withoutCode()) {
            if (container.state instanceof ContainerState.Prewarmed
                    && container.prewarmedBy.fits(kind)
                    && (best == null || container.memoryMb < best.memoryMb)) {
                best = container;
            }
        }
        return best;
    }

    /** One has come as far as asking for code. */
    void ready(Container container, long nowMs) {
        container.madeMs = nowMs - container.createdMs;
        for (Prewarming prewarming : prewarmings) {
            if (prewarming.rule.equals(container.prewarmedBy)) {
                prewarming.made(container.madeMs);
            }
        }
        containers.become(container, new ContainerState.Prewarmed(nowMs));
    }

    /** One did not get so far, or ended by itself. */
    void failed(Container container, long nowMs) {
        failedMs.put(container.prewarmedBy, nowMs);
    }

    /**
     * Those that are more than demand calls for, the oldest first. The caller removes them.
     *
     * @param nowMs the time
     */
    List<Container> surplus(long nowMs) {
        List<Container> surplus = new ArrayList<>();
        for (Prewarming prewarming : prewarmings) {
            List<Container> kept = of(prewarming.rule);
            int target = prewarming.target(nowMs);
            if (kept.size() > target) {
                surplus.addAll(kept.subList(0, kept.size() - target));
            }
        }
        return surplus;
    }

    /** Makes one more if one is missing, no other is being made, and there is memory that nobody has. */
    void refill(Turn turn) {
        for (Container container : containers.withoutCode()) {
            if (container.state.isUnderway()) {
                return;
            }
        }
        for (Prewarming prewarming : prewarmings) {
            PrewarmRule rule = prewarming.rule;
            Long failed = failedMs.get(rule);
            if ((failed == null || turn.nowMs() - failed >= MAKE_AGAIN_MS)
                    && of(rule).size() < prewarming.target(turn.nowMs())
                    && Math.max(containers.tally().heldMb, containers.tally().foreseenMb) + rule.memoryMb()
                            <= limits.memoryMb()) {
                Container container = new Container(nextId.get(), rule, turn.nowMs());
                containers.add(container);
                containers.become(container, new ContainerState.Creating(turn.nowMs()));
                turn.act(new PoolAction.Prewarm(container.id, rule.runtime(), rule.memoryMb()));
                return;
            }
        }
    }

    /** How many there are of each configuration. */
    List<PrewarmedCount> counts() {
        List<PrewarmedCount> counts = new ArrayList<>(prewarmings.size());
        for (Prewarming prewarming : prewarmings) {
            int ready = 0;
            int underway = 0;
            for (Container container : of(prewarming.rule)) {
                if (container.state.isUnderway()) {
                    underway++;
                } else {
                    ready++;
                }
            }
            counts.add(new PrewarmedCount(prewarming.rule.runtime(), prewarming.rule.memoryMb(), ready, underway));
        }
        return counts;
    }

    private List<Container> of(PrewarmRule rule) {
        List<Container> of = new ArrayList<>();
        for (Container container : containers.withoutCode()) {
            if (rule.equals(container.prewarmedBy) && !container.isRemoving()) {
                of.add(container);
            }
        }
        return of;
    }
}
