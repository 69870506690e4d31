package dev.berth.sim;

import dev.berth.router.core.affinity.InstanceLoad;
import java.util.HashMap;
import java.util.Map;

/** Palette's least-assigned policy (Abdi et al., EuroSys 2023): a new color goes to the instance with the fewest colors, and stays. */
final class Palette implements Policy {
    private final Map<Integer, InstanceLoad> assigned = new HashMap<>();
    private final Map<InstanceLoad, Integer> colors = new HashMap<>();

    @Override
    public Choice choose(RouterView view, Call call, double nowMs) {
        InstanceLoad instance = assigned.get(call.key);
        if (instance == null || view.fleet.get(instance.id()) != instance) {
            instance = null;
            for (InstanceLoad candidate : view.live) {
                if (instance == null || colors.getOrDefault(candidate, 0) < colors.getOrDefault(instance, 0)) {
                    instance = candidate;
                }
            }
            assigned.put(call.key, instance);
            colors.merge(instance, 1, Integer::sum);
        }
        return Policies.go(view, call, instance, nowMs);
    }
}
