package dev.berth.router.streams;

import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.affinity.WarmSets;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.ContainerConcurrency;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.WarmFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Functions and instances as all tasks of this process see them.
 *
 * <p>The global stream thread writes; the tasks ask for what has changed since they last asked. Each change has a number, so
 * a task that is behind gets the newest state of what changed, once.
 */
public final class SharedTables {
    private static final int REMOVALS_KEPT = 10_000;

    private record Numbered(long number, RouterEvent event) {}

    private final Map<String, Assignment> assignments = new HashMap<>();
    private final Map<String, InstanceStatus> statuses = new HashMap<>();
    private final TreeMap<String, Numbered> latest = new TreeMap<>();
    /** The newest removals of containers, oldest first: each is news only once. */
    private final ArrayDeque<Numbered> removals = new ArrayDeque<>();

    private final Map<String, FunctionSpec> specs = new ConcurrentHashMap<>();
    private volatile long lastNumber;

    /** The number of the newest change; cheap, for the hot path to see that there is nothing to do. */
    long lastNumber() {
        return lastNumber;
    }

    /** The newest state of all that changed after a number. */
    synchronized List<RouterEvent> since(long number) {
        List<RouterEvent> events = new ArrayList<>();
        for (Numbered numbered : latest.values()) {
            if (numbered.number() > number) {
                events.add(numbered.event());
            }
        }
        Iterator<Numbered> newest = removals.descendingIterator();
        while (newest.hasNext()) {
            Numbered removal = newest.next();
            if (removal.number() <= number) {
                break;
            }
            events.add(removal.event());
        }
        return events;
    }

    synchronized void containerRemoved(String containerId) {
        long number = lastNumber + 1;
        removals.addLast(new Numbered(number, new RouterEvent.ContainerRemoved(containerId)));
        if (removals.size() > REMOVALS_KEPT) {
            removals.removeFirst();
        }
        lastNumber = number;
    }

    /** A function as deployed, or null: the newest that is known here. Any thread. */
    FunctionSpec spec(String tenant, String function) {
        return specs.get(FunctionView.key(tenant, function));
    }

    synchronized void function(String key, FunctionSpec spec) {
        if (spec != null) {
            specs.put(key, spec);
            changed("f/" + key, new RouterEvent.FunctionChanged(view(spec)));
        } else {
            specs.remove(key);
            int slash = key.indexOf('/');
            if (slash > 0) {
                changed("f/" + key, new RouterEvent.FunctionDeleted(key.substring(0, slash), key.substring(slash + 1)));
            }
        }
    }

    synchronized void assignment(String instanceId, Assignment assignment) {
        putOrRemove(assignments, instanceId, assignment);
        instanceChanged(instanceId);
    }

    synchronized void status(String instanceId, InstanceStatus status) {
        putOrRemove(statuses, instanceId, status);
        instanceChanged(instanceId);
    }

    private void instanceChanged(String instanceId) {
        changed(
                "i/" + instanceId,
                new RouterEvent.InstanceChanged(
                        view(instanceId, assignments.get(instanceId), statuses.get(instanceId))));
    }

    private void changed(String key, RouterEvent event) {
        Numbered before = latest.get(key);
        if (before != null && before.event().equals(event)) {
            return;
        }
        long number = lastNumber + 1;
        latest.put(key, new Numbered(number, event));
        lastNumber = number;
    }

    /** An instance takes work when the fleet says that it lives and it says that it works under that very epoch. */
    private static InstanceView view(String id, Assignment assignment, InstanceStatus status) {
        if (assignment == null || status == null) {
            return new InstanceView(id, 0, 0, InstanceView.State.GONE, 1, 0, null, Map.of());
        }
        boolean works = assignment.getState() == AssignmentState.LIVE && status.getEpoch() == assignment.getEpoch();
        InstanceView.State state = InstanceView.State.GONE;
        if (works && status.getState() == InstanceState.RUNNING) {
            state = InstanceView.State.LIVE;
        } else if (works && status.getState() == InstanceState.DRAINING) {
            state = InstanceView.State.DRAINING;
        }
        Map<String, WarmSets.Count> warmSet = new HashMap<>();
        for (WarmFunction warm : status.getWarm()) {
            warmSet.put(
                    InstanceView.warmKey(warm.getTenant(), warm.getFunction(), warm.getRevision()),
                    new WarmSets.Count(warm.getIdle(), warm.getIdle() + warm.getBusy()));
        }
        return new InstanceView(
                id,
                assignment.getEpoch(),
                assignment.getSlot(),
                state,
                Math.max(1, status.getSlots()),
                status.getMemoryMb(),
                Records.load(status.getLoad(), status.getSentMs()),
                warmSet);
    }

    private static FunctionView view(FunctionSpec spec) {
        Map<String, FunctionView.Version> versions = new HashMap<>();
        for (FunctionVersion version : spec.getVersions()) {
            versions.put(version.getVersion(), view(version));
        }
        return new FunctionView(
                spec.getTenant(),
                spec.getName(),
                view(spec.getLatest()),
                versions,
                spec.getAliases(),
                splits(spec),
                new FunctionView.Rules(
                        spec.getReservedConcurrency() == null ? -1 : spec.getReservedConcurrency(),
                        spec.getOrdered(),
                        spec.getKeepOldUntilReady(),
                        spec.getMaxRetries(),
                        spec.getRetryBackoffMs(),
                        spec.getMaxEventAgeMs()));
    }

    private static Map<String, FunctionView.Split> splits(FunctionSpec spec) {
        Map<String, FunctionView.Split> splits = new HashMap<>();
        spec.getAliasDetails()
                .forEach((alias, details) -> details.getWeights()
                        .forEach((version, share) -> splits.put(alias, new FunctionView.Split(version, share))));
        return splits;
    }

    private static FunctionView.Version view(FunctionVersion version) {
        return new FunctionView.Version(
                version.getVersion(),
                version.getRevision(),
                version.getMemoryMb(),
                version.getExclusive(),
                ContainerConcurrency.of(version));
    }

    private static <V> void putOrRemove(Map<String, V> map, String key, V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }
}
