package dev.berth.sim;

import dev.berth.router.core.affinity.InstanceLoad;
import dev.berth.router.core.affinity.KeyProfile;
import dev.berth.router.core.affinity.KeyState;
import java.util.Arrays;

/**
 * CH-RLU, the locality-aware balancer of FaasCache's authors (Fuerst and Sharma, HPDC 2022), as in their ilúvatar controller: the
 * ring's instance, except that a popular function (the tenth with the shortest intervals) goes on along a chain of four while
 * the load per slot, with noise for what the news does not show yet, is above the bound.
 */
final class ChRlu implements Policy {
    /** Theirs has 3, which cost it 2 to 9 points of warm starts on the Azure trace, by the luck of the hash. */
    private static final int VIRTUAL_NODES = 100;

    private static final double POPULAR = 0.1;
    private static final double BOUND = 1.2;
    private static final int CHAIN = 4;
    private static final double REFRESH_MS = 5_000;

    private final Ring ring = new Ring(VIRTUAL_NODES);
    private double popularBelowMs;
    private double refreshedMs = Double.NEGATIVE_INFINITY;

    @Override
    public Choice choose(RouterView view, Call call, double nowMs) {
        if (nowMs - refreshedMs >= REFRESH_MS) {
            refresh(view);
            refreshedMs = nowMs;
        }
        InstanceLoad home = null;
        boolean popular = isPopular(view.keys[call.key].profile());
        for (InstanceLoad instance : ring.from(view.keyName(call.key), view.live, popular ? CHAIN : 1)) {
            home = home == null ? instance : home;
            double noise = view.random.nextGaussian() * 0.1;
            if (!popular || instance.perSlot() + noise <= BOUND) {
                return Policies.go(view, call, instance, nowMs);
            }
        }
        return Policies.go(view, call, home, nowMs);
    }

    private boolean isPopular(KeyProfile profile) {
        return profile.seen() > 0 && profile.intervalMs() <= popularBelowMs;
    }

    private void refresh(RouterView view) {
        double[] intervals = Arrays.stream(view.keys)
                .map(KeyState::profile)
                .filter(profile -> profile.seen() > 0)
                .mapToDouble(KeyProfile::intervalMs)
                .sorted()
                .toArray();
        popularBelowMs = intervals.length == 0 ? 0 : intervals[(int) (intervals.length * POPULAR)];
    }
}
