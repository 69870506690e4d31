package dev.berth.sim;

import dev.berth.router.core.affinity.InstanceLoad;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Consistent hashing with virtual nodes; rebuilt when the fleet changes. */
final class Ring {
    private final int virtualNodes;
    private final TreeMap<Long, InstanceLoad> ring = new TreeMap<>();
    private List<InstanceLoad> of = List.of();

    Ring(int virtualNodes) {
        this.virtualNodes = virtualNodes;
    }

    /** The instances in the order in which the key would fall on them, at most so many. */
    Iterable<InstanceLoad> from(String key, List<InstanceLoad> live, int most) {
        if (!of.equals(live)) {
            ring.clear();
            of = List.copyOf(live);
            for (InstanceLoad instance : live) {
                for (int i = 0; i < virtualNodes; i++) {
                    ring.put(Hashes.mix(Hashes.of(instance.id()) + i), instance);
                }
            }
        }
        Set<InstanceLoad> chain = new LinkedHashSet<>();
        long point = Hashes.of(key);
        for (InstanceLoad instance : ring.tailMap(point, true).values()) {
            if (chain.size() == most) {
                return chain;
            }
            chain.add(instance);
        }
        for (InstanceLoad instance : ring.headMap(point, false).values()) {
            if (chain.size() == most) {
                return chain;
            }
            chain.add(instance);
        }
        return chain;
    }
}
