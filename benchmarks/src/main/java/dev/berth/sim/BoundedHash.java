package dev.berth.sim;

import dev.berth.router.core.affinity.InstanceLoad;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, SODA 2018): the first instance on the ring whose load,
 * this call counted, is at most ceil(c x mean).
 */
record BoundedHash(double bound, Ring ring) implements Policy {
    BoundedHash(double bound) {
        this(bound, new Ring(100));
    }

    @Override
    public Choice choose(RouterView view, Call call, double nowMs) {
        double total = 1 + view.fleet.mean() * view.live.size();
        int most = (int) Math.ceil(bound * total / view.live.size());
        InstanceLoad chosen = null;
        for (InstanceLoad instance : ring.from(view.keyName(call.key), view.live, view.live.size())) {
            if (instance.inFlight() + 1 <= most) {
                chosen = instance;
                break;
            }
        }
        return Policies.go(view, call, chosen, nowMs);
    }
}
