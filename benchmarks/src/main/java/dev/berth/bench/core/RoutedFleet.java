package dev.berth.bench.core;

import dev.berth.router.core.FunctionView;
import dev.berth.router.core.InFlight;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.Pin;
import dev.berth.router.core.Request;
import dev.berth.router.core.RouterAction;
import dev.berth.router.core.RouterCore;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.core.RouterLimits;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.KeyProfile;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A router's core with a fleet and keys that are pinned to it, each to one of the containers of its instance. Not thread-safe.
 */
public final class RoutedFleet {
    private static final String TENANT = "t";
    private static final int MEMORY_MB = 128;
    private static final int SLOTS = 64;
    /** More fit into an instance than run at a time: most are idle. */
    private static final int CONTAINERS = 128;

    private static final int FUNCTIONS = 100;
    private static final int DECISIONS_PER_MS = 100;
    private static final int TICK_MS = 20;
    private static final long BEGAN_MS = 1_700_000_000_000L;

    private final RouterCore core = new RouterCore(RouterLimits.defaults());
    private final SplittableRandom random = new SplittableRandom(1);
    private final int keys;
    private final int instances;
    private long decided;
    private long nowMs = BEGAN_MS;

    /** Makes it; takes some microseconds for each key. */
    public RoutedFleet(int keys, int instances) {
        this.keys = keys;
        this.instances = instances;
        for (int i = 0; i < instances; i++) {
            var view = new InstanceView(
                    instance(i), 1, i, InstanceView.State.LIVE, SLOTS, SLOTS * 2 * MEMORY_MB, load(), Map.of());
            core.on(new RouterEvent.InstanceChanged(view), nowMs);
        }
        for (int i = 0; i < FUNCTIONS; i++) {
            core.on(new RouterEvent.FunctionChanged(FunctionView.latestOnly(TENANT, function(i), 1)), nowMs);
        }
        for (int key = 0; key < keys; key++) {
            Pin.Learned learned = new Pin.Learned(5, 400, new KeyProfile(10, 60_000, 5_000), BEGAN_MS - key % 60_000);
            core.restorePin(
                    TENANT,
                    function(key),
                    value(key),
                    new Pin(
                            instance(key % instances),
                            1,
                            container(key),
                            FunctionView.LATEST,
                            1,
                            BEGAN_MS,
                            learned,
                            List.of()));
        }
        core.restored(nowMs);
    }

    /** How many keys it knows. */
    public int keys() {
        return keys;
    }

    /** An invocation of any key arrives, is placed, runs, and its result comes. Returns where it was placed. */
    public String decide() {
        int key = random.nextInt(keys);
        String id = "invocation-" + decided++;
        if (decided % DECISIONS_PER_MS == 0 && ++nowMs % TICK_MS == 0) {
            core.on(new RouterEvent.Tick(), nowMs);
        }
        Request request = new Request(
                id, TENANT, function(key), null, value(key), true, nowMs, 0, 100, Ask.Busy.AUTO, false, null, null);
        InFlight flight = null;
        for (RouterAction action : core.on(new RouterEvent.InvocationArrived(request, decided, false), nowMs)) {
            if (action instanceof RouterAction.Dispatch dispatch) {
                flight = dispatch.flight();
            }
        }
        if (flight == null) {
            throw new IllegalStateException("Invocation " + id + " of key " + key + " was not dispatched");
        }
        InFlight.Sent sent = flight.sent();
        core.on(
                new RouterEvent.ResultArrived(
                        id,
                        flight.attempt(),
                        sent.instanceId(),
                        sent.epoch(),
                        sent.containerId() == null ? container(key) : sent.containerId(),
                        RouterEvent.Ending.SUCCEEDED,
                        null,
                        null,
                        false,
                        false,
                        5,
                        0,
                        load(),
                        nowMs * 1_000),
                nowMs);
        return sent.instanceId();
    }

    private InstanceView.Load load() {
        return new InstanceView.Load(0, SLOTS * MEMORY_MB, SLOTS * MEMORY_MB, nowMs);
    }

    private static String function(int key) {
        return "function-" + key % FUNCTIONS;
    }

    /** As long as a UUID's half: what people take for a key. */
    private static String value(int key) {
        return "customer-" + (100_000_000 + key);
    }

    private static String instance(int number) {
        return "instance-" + number;
    }

    private String container(int key) {
        return instance(key % instances) + "-k3x9-" + key / instances % CONTAINERS;
    }
}
