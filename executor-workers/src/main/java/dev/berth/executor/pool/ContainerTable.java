package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The containers of an instance and the routing values they serve, and what the choice among them asks for. */
final class ContainerTable {
    /** More would be forgotten by the router too; a forgotten key comes back with its container's name in the dispatch. */
    private static final int MOST_KEYS = 200_000;

    private static final Comparator<Container> FEWEST_KEYS =
            Comparator.<Container>comparingInt(c -> c.keys.size()).thenComparingLong(c -> c.served);
    private static final Comparator<Container> SHORTEST_QUEUE =
            Comparator.<Container>comparingInt(c -> c.queue.size()).thenComparing(FEWEST_KEYS);
    private static final Comparator<Container> LEAST_VALUABLE =
            Comparator.<Container, Boolean>comparing(c -> !c.stale).thenComparingLong(c -> c.lastUsedMs);

    private record Key(FunctionKey function, String value) {}

    private final Map<String, Container> byId = new LinkedHashMap<>();
    private final LinkedHashMap<Key, Container> byKey = new LinkedHashMap<>(64, 0.75f, true);

    void add(Container container) {
        byId.put(container.id, container);
    }

    void remove(Container container) {
        unbind(container);
        byId.remove(container.id);
    }

    Container find(String id) {
        return byId.get(id);
    }

    Collection<Container> all() {
        return byId.values();
    }

    int size() {
        return byId.size();
    }

    int slotsHeld() {
        int held = 0;
        for (Container container : byId.values()) {
            held += container.state.holdsSlot() ? 1 : 0;
        }
        return held;
    }

    int memoryHeldMb() {
        int held = 0;
        for (Container container : byId.values()) {
            held += container.state.holdsMemory() ? container.memoryMb : 0;
        }
        return held;
    }

    /** Memory once every container that leaves has left, and every planned one has come. */
    int memoryForeseenMb() {
        int foreseen = 0;
        for (Container container : byId.values()) {
            foreseen += container.isRemoving() ? 0 : container.memoryMb;
        }
        return foreseen;
    }

    void bind(Container container, String routingValue) {
        if (routingValue == null) {
            return;
        }
        Container before = byKey.put(new Key(container.function, routingValue), container);
        if (before != null && before != container) {
            before.keys.remove(routingValue);
        }
        container.keys.add(routingValue);
        if (byKey.size() > MOST_KEYS) {
            var eldest = byKey.entrySet().iterator();
            var forgotten = eldest.next();
            forgotten.getValue().keys.remove(forgotten.getKey().value());
            eldest.remove();
        }
    }

    /** No routing value leads to this container any more. */
    void unbind(Container container) {
        for (String value : container.keys) {
            byKey.remove(new Key(container.function, value));
        }
        container.keys.clear();
    }

    /** The container that must run a job: the one that served its key, else the one that its pin names. */
    Optional<Container> pinned(Job job) {
        Container container =
                job.routingValue() == null ? null : byKey.get(new Key(job.function(), job.routingValue()));
        if (container == null && job.containerHint() != null) {
            Container hinted = byId.get(job.containerHint());
            container = hinted != null && hinted.mayRun(job) ? hinted : null;
        }
        return Optional.ofNullable(container);
    }

    /**
     * Whether the container that a pin names is no more. One of another tenant or function counts as such, so that the answer
     * does not tell whether it exists.
     */
    boolean isGone(Job job) {
        if (job.containerHint() == null) {
            return false;
        }
        Container hinted = byId.get(job.containerHint());
        return hinted == null || hinted.isRemoving() || !hinted.function.sameFunctionAs(job.function());
    }

    Optional<Container> freeFor(Job job) {
        return best(FEWEST_KEYS, job, Container::isFree);
    }

    Optional<Container> leastBusyFor(Job job) {
        return best(SHORTEST_QUEUE, job, container -> true);
    }

    /** An idle container whose own queue, if it has one, came after this: else shared jobs would starve beside keyed ones. */
    Optional<Container> nextFor(Waiting waiting) {
        return best(
                SHORTEST_QUEUE,
                waiting.job(),
                container -> container.isIdle()
                        && (container.queue.isEmpty()
                                || container.queue.peekFirst().sequence() > waiting.sequence()));
    }

    boolean hasOneFor(Job job) {
        for (Container container : byId.values()) {
            if (container.mayRun(job)) {
                return true;
            }
        }
        return false;
    }

    int unclaimedFor(Job job) {
        int unclaimed = 0;
        for (Container container : byId.values()) {
            unclaimed += container.isUnclaimed() && container.mayRun(job) ? 1 : 0;
        }
        return unclaimed;
    }

    /** The idle container whose own queue has waited longest. */
    Optional<Container> longestWaiting() {
        Container longest = null;
        for (Container container : byId.values()) {
            if (container.isIdle()
                    && !container.queue.isEmpty()
                    && (longest == null
                            || container.queue.peekFirst().sequence()
                                    < longest.queue.peekFirst().sequence())) {
                longest = container;
            }
        }
        return Optional.ofNullable(longest);
    }

    /**
     * The free containers to give up so that so much memory is had: those of replaced revisions first, then the least
     * recently used. Empty if giving up all of them would not do.
     */
    Optional<List<Container>> victimsFor(int neededMb) {
        List<Container> free = new ArrayList<>();
        for (Container container : byId.values()) {
            if (container.isFree()) {
                free.add(container);
            }
        }
        free.sort(LEAST_VALUABLE);
        List<Container> victims = new ArrayList<>();
        int freedMb = 0;
        for (Container container : free) {
            if (freedMb >= neededMb) {
                break;
            }
            victims.add(container);
            freedMb += container.memoryMb;
        }
        return freedMb >= neededMb ? Optional.of(victims) : Optional.empty();
    }

    private Optional<Container> best(Comparator<Container> order, Job job, Predicate<Container> which) {
        Container best = null;
        for (Container container : byId.values()) {
            if (container.mayRun(job)
                    && which.test(container)
                    && (best == null || order.compare(container, best) < 0)) {
                best = container;
            }
        }
        return Optional.ofNullable(best);
    }
}
