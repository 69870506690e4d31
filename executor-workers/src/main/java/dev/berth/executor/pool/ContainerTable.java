package dev.berth.executor.pool;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The containers of an instance. Each change of what a container holds goes through here, so that the counts are right. */
final class ContainerTable {
    private static final Comparator<Container> LEAST_USED = Comparator.<Container>comparingInt(
                    c -> c.state.running().size())
            .thenComparingInt(c -> c.keys.size())
            .thenComparingLong(c -> c.served);

    private final Map<String, Container> byId = new LinkedHashMap<>();
    private final Map<FunctionKey, Set<Container>> byFunction = new HashMap<>();
    private final Set<Container> planned = new LinkedHashSet<>();
    private final Set<Container> withoutCode = new LinkedHashSet<>();
    private final Tally tally = new Tally();

    void add(Container container) {
        byId.put(container.id, container);
        index(container);
        tally.add(container);
        planned.add(container);
    }

    /** A prewarmed container becomes a function's, for life. */
    void specialise(Container container, ContainerKind kind, String owner, long nowMs) {
        tally.take(container);
        withoutCode.remove(container);
        container.kind = kind;
        container.owner = owner;
        container.createdMs = nowMs;
        container.state = new ContainerState.Specialising(nowMs);
        index(container);
        tally.add(container);
    }

    void remove(Container container) {
        if (byId.remove(container.id) != null) {
            tally.take(container);
            planned.remove(container);
            withoutCode.remove(container);
            if (!container.hasCode()) {
                return;
            }
            byFunction.computeIfPresent(container.kind.function(), (function, containers) -> {
                containers.remove(container);
                return containers.isEmpty() ? null : containers;
            });
        }
    }

    void become(Container container, ContainerState next) {
        tally.take(container);
        container.state = next;
        tally.add(container);
        planned.remove(container);
    }

    /** Somebody more, or fewer, waits for this container in particular. */
    void await(Container container, int change) {
        if (byId.get(container.id) != container) {
            container.awaited += change;
            return;
        }
        tally.take(container);
        container.awaited += change;
        tally.add(container);
    }

    Container find(String id) {
        return id == null ? null : byId.get(id);
    }

    /** The container that a job names, if it may run it; else null. */
    Container namedBy(Job job) {
        Container named = find(job.order().containerHint());
        return named != null && named.mayRun(job) ? named : null;
    }

    /**
     * Whether the container that a pin names is no more. One of another tenant or function counts as such, so that the answer
     * does not tell whether it exists.
     */
    boolean isGone(Job job) {
        if (job.order().containerHint() == null) {
            return false;
        }
        Container named = find(job.order().containerHint());
        return named == null
                || named.isRemoving()
                || !named.hasCode()
                || !named.kind.function().sameFunctionAs(job.function());
    }

    /** Those that are nobody's yet, in the order in which they were made; the ones that leave included. */
    Collection<Container> withoutCode() {
        return withoutCode;
    }

    Collection<Container> all() {
        return byId.values();
    }

    /** Those that wait for the memory of others. */
    List<Container> planned() {
        return planned.isEmpty() ? List.of() : List.copyOf(planned);
    }

    int size() {
        return byId.size();
    }

    Tally tally() {
        return tally;
    }

    /** A container of the function with room for a job, the one that runs and serves least; null if there is none. */
    Container withRoomFor(FunctionKey function, String value) {
        Container best = null;
        for (Container container : of(function)) {
            if (container.hasRoom()
                    && container.mayRun(function, value)
                    && (best == null || LEAST_USED.compare(container, best) < 0)) {
                best = container;
            }
        }
        return best;
    }

    /** One that is being started for nobody any more; null if there is none. */
    Container unclaimedFor(FunctionKey function, String value) {
        for (Container container : of(function)) {
            if (container.isUnclaimed() && container.mayRun(function, value)) {
                return container;
            }
        }
        return null;
    }

    boolean hasOneFor(FunctionKey function, String value) {
        for (Container container : of(function)) {
            if (container.mayRun(function, value)) {
                return true;
            }
        }
        return false;
    }

    private void index(Container container) {
        if (container.hasCode()) {
            byFunction
                    .computeIfAbsent(container.kind.function(), function -> new LinkedHashSet<>())
                    .add(container);
        } else {
            withoutCode.add(container);
        }
    }

    private Set<Container> of(FunctionKey function) {
        return byFunction.getOrDefault(function, Set.of());
    }
}
