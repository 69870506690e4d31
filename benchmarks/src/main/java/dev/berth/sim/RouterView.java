package dev.berth.sim;

import dev.berth.router.core.affinity.FleetLoad;
import dev.berth.router.core.affinity.InstanceLoad;
import dev.berth.router.core.affinity.KeyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a router knows: the very classes of the router's core, fed with news that may be late. */
final class RouterView {
    final FleetLoad fleet = new FleetLoad();
    final KeyState[] keys;
    private final Trace trace;
    final Random random;
    /** Live instances by index. */
    final List<InstanceLoad> live = new ArrayList<>();

    RouterView(KeyState[] keys, Trace trace, long seed) {
        this.keys = keys;
        this.trace = trace;
        this.random = new Random(seed);
    }

    String keyName(int key) {
        return trace.keyName(key);
    }
}
