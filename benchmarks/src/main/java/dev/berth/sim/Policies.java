package dev.berth.sim;

import dev.berth.router.core.affinity.AffinityDecision;
import dev.berth.router.core.affinity.AffinityRule;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.IdleContainers;
import dev.berth.router.core.affinity.InstanceLoad;
import dev.berth.router.core.affinity.KeyState;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.ArrayList;
import java.util.List;

/** The routing rules by name: Berth's, which is the router's own class, and those it is measured against. */
final class Policies {
    static final List<String> NAMES = List.of(
            "berth",
            "berth-rule",
            "warm-first",
            "hiku",
            "palette",
            "ch-rlu",
            "bounded-hash",
            "home-invoker",
            "hash",
            "least-loaded",
            "random");

    private Policies() {}

    static Policy named(String name, RuleSettings settings) {
        return switch (name) {
            case "berth" -> new RouterPolicy(settings);
            case "berth-rule" -> new Berth(new AffinityRule(settings));
            case "warm-first" -> Policies::warmFirst;
            case "hiku" -> Policies::hiku;
            case "palette" -> new Palette();
            case "ch-rlu" -> new ChRlu();
            case "bounded-hash" -> new BoundedHash(1.25);
            case "home-invoker" -> new HomeInvoker();
            case "hash" -> Policies::hash;
            case "least-loaded" -> Policies::leastLoaded;
            case "random" ->
                (view, call, nowMs) -> go(view, call, view.live.get(view.random.nextInt(view.live.size())), nowMs);
            default ->
                throw new IllegalArgumentException(
                        "No policy is called " + name + "; there are " + String.join(", ", NAMES) + ".");
        };
    }

    /** To an instance; the call is cold if nothing of its key is idle there. */
    static Policy.Choice go(RouterView view, Call call, InstanceLoad instance, double nowMs) {
        KeyState key = view.keys[call.key];
        KeyState.Replica replica = key.at(instance.id(), instance.epoch());
        if (key.pinId() == null || !key.pinId().equals(instance.id())) {
            key.pin(instance.id(), instance.epoch());
        }
        return new Policy.Choice(instance.id(), replica == null || replica.idle() == 0, 0);
    }

    /** The router's own rule. */
    private record Berth(AffinityRule rule) implements Policy {
        @Override
        public Choice choose(RouterView view, Call call, double nowMs) {
            KeyState key = view.keys[call.key];
            Ask ask = Ask.of(call.memoryMb);
            AffinityDecision decision =
                    rule.decide(key, view.fleet, IdleContainers.NONE, call.spilling ? ask.spilling() : ask, nowMs);
            if (decision.pins() != null) {
                key.pin(decision.pins(), view.fleet.get(decision.pins()).epoch());
            }
            return new Choice(decision.instanceId(), decision.cold(), decision.waitUntilMs());
        }
    }

    /** The least loaded; ties at random. */
    private static InstanceLoad leastOf(RouterView view, List<InstanceLoad> among) {
        InstanceLoad least = null;
        int ties = 0;
        for (InstanceLoad instance : among) {
            if (least == null || instance.perSlot() < least.perSlot()) {
                least = instance;
                ties = 1;
            } else if (instance.perSlot() == least.perSlot() && view.random.nextInt(++ties) == 0) {
                least = instance;
            }
        }
        return least;
    }

    private static Policy.Choice leastLoaded(RouterView view, Call call, double nowMs) {
        return go(view, call, leastOf(view, view.live), nowMs);
    }

    private static List<InstanceLoad> idleAt(RouterView view, Call call) {
        List<InstanceLoad> idle = new ArrayList<>(2);
        for (KeyState.Replica replica : view.keys[call.key].replicas()) {
            InstanceLoad instance = replica.idle() > 0 ? view.fleet.get(replica.instanceId()) : null;
            if (instance != null) {
                idle.add(instance);
            }
        }
        return idle;
    }

    /**
     * Hiku: workers that have an idle container of a function stand in its queue, the least loaded first; if none does, the
     * least connections.
     */
    private static Policy.Choice hiku(RouterView view, Call call, double nowMs) {
        List<InstanceLoad> idle = idleAt(view, call);
        return go(view, call, leastOf(view, idle.isEmpty() ? view.live : idle), nowMs);
    }

    /** The pin if it is idle, else the least loaded with an idle container, else the least loaded. */
    private static Policy.Choice warmFirst(RouterView view, Call call, double nowMs) {
        KeyState key = view.keys[call.key];
        InstanceLoad pinned = key.pinId() == null ? null : view.fleet.alive(key.pinId(), key.pinEpoch());
        KeyState.Replica pin = pinned == null ? null : key.at(pinned.id(), pinned.epoch());
        if (pin != null && pin.idle() > 0 && pinned.inFlight() < pinned.slots()) {
            return new Policy.Choice(pinned.id(), false, 0);
        }
        List<InstanceLoad> idle = idleAt(view, call);
        idle.removeIf(instance -> instance.inFlight() >= instance.slots());
        InstanceLoad chosen = leastOf(view, idle.isEmpty() ? view.live : idle);
        if (pin == null) {
            key.pin(chosen.id(), chosen.epoch());
        }
        return new Policy.Choice(chosen.id(), idle.isEmpty(), 0);
    }

    private static Policy.Choice hash(RouterView view, Call call, double nowMs) {
        int at = (int) Long.remainderUnsigned(Hashes.of(view.keyName(call.key)), view.live.size());
        return go(view, call, view.live.get(at), nowMs);
    }
}
