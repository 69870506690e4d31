package dev.berth.router.core.affinity;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which instances have containers of which function, as they say themselves: the router that looks for an idle one may not be
 * the one that had it made.
 *
 * <p>Their news is late, so what this router has in flight there is taken off.
 */
public final class WarmSets {
    /**
     * Containers of one revision of a function on one instance.
     *
     * @param idle those that run nothing
     * @param total all of them
     */
    public record Count(int idle, int total) {}

    private static final class Here {
        Count said = new Count(0, 0);
        int inFlight;
    }

    private final Map<String, Map<String, Here>> byFunction = new HashMap<>();
    private final Map<String, Set<String>> functionsOf = new HashMap<>();

    /** An instance said what it has: this, and of other functions none. */
    public void reported(String instanceId, Map<String, Count> counts) {
        for (String before : functionsOf.getOrDefault(instanceId, Set.of())) {
            if (!counts.containsKey(before)) {
                here(before, instanceId).said = new Count(0, 0);
                forgetIfEmpty(before, instanceId);
            }
        }
        counts.forEach((function, count) -> here(function, instanceId).said = count);
        functionsOf.put(instanceId, counts.keySet());
    }

    /** This router sent an invocation of the function there. */
    public void sent(String function, String instanceId) {
        here(function, instanceId).inFlight++;
    }

    /** One that it had sent there is over. */
    public void ended(String function, String instanceId) {
        Map<String, Here> instances = byFunction.get(function);
        Here here = instances == null ? null : instances.get(instanceId);
        if (here != null) {
            here.inFlight = Math.max(0, here.inFlight - 1);
            forgetIfEmpty(function, instanceId);
        }
    }

    /** An instance is gone with all its containers. */
    public void gone(String instanceId) {
        reported(instanceId, Map.of());
        functionsOf.remove(instanceId);
        byFunction.values().forEach(instances -> instances.remove(instanceId));
    }

    /** The idle containers of a function; follows what is told here later. */
    public IdleContainers of(String function) {
        return new IdleContainers() {
            @Override
            public Collection<String> instances() {
                Map<String, Here> instances = byFunction.get(function);
                return instances == null ? List.of() : instances.keySet();
            }

            @Override
            public int at(String instanceId) {
                Map<String, Here> instances = byFunction.get(function);
                Here here = instances == null ? null : instances.get(instanceId);
                return here == null ? 0 : Math.min(here.said.idle(), here.said.total() - here.inFlight);
            }
        };
    }

    private Here here(String function, String instanceId) {
        return byFunction.computeIfAbsent(function, f -> new HashMap<>()).computeIfAbsent(instanceId, i -> new Here());
    }

    private void forgetIfEmpty(String function, String instanceId) {
        Map<String, Here> instances = byFunction.get(function);
        Here here = instances.get(instanceId);
        if (here.inFlight == 0 && here.said.total() == 0) {
            instances.remove(instanceId);
            if (instances.isEmpty()) {
                byFunction.remove(function);
            }
        }
    }
}
