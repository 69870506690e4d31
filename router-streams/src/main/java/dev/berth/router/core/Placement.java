package dev.berth.router.core;

import dev.berth.router.core.affinity.AffinityDecision;
import dev.berth.router.core.affinity.AffinityRule;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.DecisionInput;
import dev.berth.router.core.affinity.FleetLoad;
import dev.berth.router.core.affinity.IdleContainers;
import dev.berth.router.core.affinity.KeyState;
import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.router.core.affinity.WarmSets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where an invocation goes: asks {@link AffinityRule}, and keeps what the rule looks at, the fleet's load and the keys' containers,
 * in step with what is sent and what comes back.
 */
final class Placement {
    /** An executor's guess of the wait is better than ours, but no guess is worth waiting longer than this for, in milliseconds. */
    private static final double UNKNOWN_COLD_MS = 1_000;
    /** Sends it back at once unless it can run at once: any time that has passed. */
    private static final long AT_ONCE = 1;

    /**
     * Instances that have just sent an invocation back.
     *
     * @param excluded for want of room
     * @param busyAt since the key's containers there were busy
     */
    record Avoid(Set<String> excluded, Set<String> busyAt) {
        static final Avoid NOTHING = new Avoid(Set.of(), Set.of());
    }

    /**
     * What came of it.
     *
     * @param dispatch null if the decision refuses it
     */
    record Placed(RouterAction.Dispatch dispatch, AffinityDecision decision) {}

    private final RouterLimits limits;
    private final AffinityRule rule;
    private final Keys keys;
    private final FleetLoad fleet = new FleetLoad();
    private final WarmSets warm = new WarmSets();
    private final TreeMap<String, InstanceView> instances = new TreeMap<>();

    Placement(RouterLimits limits, RuleSettings settings) {
        this.limits = limits;
        this.rule = new AffinityRule(settings);
        this.keys = new Keys(settings, limits.keysInUse());
    }

    Keys keys() {
        return keys;
    }

    Collection<InstanceView> instances() {
        return instances.values();
    }

    InstanceView instance(String id) {
        return instances.get(id);
    }

    /** Whether every instance that takes new work has as much as it should wait for. */
    boolean isFull() {
        return fleet.leastPerSlot() >= limits.mostPerSlot();
    }

    /** Whether some instance takes new work. */
    boolean isOpen() {
        return fleet.leastPerSlot() < Double.POSITIVE_INFINITY;
    }

    /** Takes in what an instance is now. */
    void changed(InstanceView now, long nowMs) {
        InstanceView before = instances.get(now.id());
        if (now.state() == InstanceView.State.GONE) {
            instances.remove(now.id());
            fleet.gone(now.id());
            warm.gone(now.id());
            return;
        }
        if (before != null && before.epoch() != now.epoch()) {
            warm.gone(now.id());
        }
        instances.put(now.id(), now);
        fleet.instance(now.id(), now.epoch(), now.slots(), now.memoryMb(), now.state() == InstanceView.State.LIVE);
        reported(now.id(), now.epoch(), now.load(), nowMs);
        warm.reported(now.id(), now.warm());
    }

    /** An instance said how busy it is. */
    void reported(String instanceId, long epoch, InstanceView.Load load, long nowMs) {
        InstanceView instance = instances.get(instanceId);
        if (load != null && instance != null) {
            double freeMb = Math.max(0, instance.memoryMb() - load.usedMb());
            fleet.reported(instanceId, epoch, load.inFlight(), freeMb, load.idleMb(), load.saidMs(), nowMs);
        }
    }

    /** An invocation came. */
    void arrived(Request request, long nowMs) {
        Keys.Key key = keys.of(request);
        if (key.current() != null) {
            key.current().state.arrived(nowMs, keys.model());
        }
    }

    /** Decides where it goes and counts it there. */
    Placed place(InFlight flight, FunctionView function, FunctionView.Version wanted, Avoid avoid, long nowMs) {
        Request request = flight.request();
        Keys.Key key = keys.of(request);
        boolean firstEver = key.current() == null;
        Keys.Serving serving = serving(key, function, wanted, nowMs);
        if (firstEver) {
            serving.state.arrived(nowMs, keys.model());
        }
        Considered considered = consider(flight, key, serving, avoid, nowMs);
        AffinityDecision decision = considered.decision();
        if (decision.refused()) {
            return new Placed(null, decision);
        }
        boolean moves = decision.pins() != null;
        boolean replaced = flight.replaced() || (moves && hadContainer(serving));
        if (moves) {
            serving.state.pin(decision.pins(), instances.get(decision.pins()).epoch());
            serving.container = null;
        }
        serving.readyAt = null;
        boolean old = serving.version.revision() != wanted.revision();
        InstanceView target = instances.get(decision.instanceId());
        String container = decision.joins() ? null : container(serving, target);
        InFlight.Sent sent = new InFlight.Sent(
                target.id(),
                target.epoch(),
                target.slot(),
                container,
                request.required() && container != null,
                serving.version,
                decision.joins(),
                false);
        RouterAction.Order order = new RouterAction.Order(
                waitUntilMs(decision, considered.ask(), nowMs),
                decision.joins() && !moves,
                target.id().equals(serving.state.pinId()),
                serving.state.curve(keys.model()),
                old ? wanted : null);
        count(request, sent, nowMs);
        return new Placed(
                new RouterAction.Dispatch(flight.sentTo(sent, replaced), considered.logged(), order), decision);
    }

    /** What would be decided now; nothing is counted. */
    Considered wouldPlace(InFlight flight, FunctionView.Version wanted, long nowMs) {
        Keys.Key key = keys.peek(flight.request());
        return consider(flight, key, keys.peek(key, wanted), Avoid.NOTHING, nowMs);
    }

    /**
     * A decision, and what it was made of.
     *
     * @param logged as it goes into the decision log
     */
    record Considered(Ask ask, AffinityDecision decision, Decision logged) {}

    private Considered consider(InFlight flight, Keys.Key key, Keys.Serving serving, Avoid avoid, long nowMs) {
        IdleContainers idle = idle(key, serving);
        Ask ask = ask(flight, key, serving, avoid, nowMs);
        AffinityDecision decision = rule.decide(serving.state, fleet, idle, ask, nowMs);
        Decision logged = new Decision(
                decision.step().word(),
                decision.candidates(),
                decision.waitMs(),
                DecisionInput.of(key.text, serving.state, fleet, idle, ask, decision, nowMs));
        return new Considered(ask, decision, logged);
    }

    /** Whether a key that is pinned anew had a container before: one that is known, or one on an instance that is gone. */
    private boolean hadContainer(Keys.Serving serving) {
        KeyState state = serving.state;
        return serving.container != null
                || (state.pinId() != null && fleet.alive(state.pinId(), state.pinEpoch()) == null);
    }

    /** Sends it to the container that it names; null if that cannot be there any more. */
    RouterAction.Dispatch placeNamed(InFlight flight, FunctionView.Version version, long nowMs) {
        Request request = flight.request();
        InstanceView target = instances.get(instanceOf(request.containerId()));
        if (target == null) {
            return null;
        }
        InFlight.Sent sent = new InFlight.Sent(
                target.id(), target.epoch(), target.slot(), request.containerId(), true, version, false, true);
        boolean atOnce = request.busy() == Ask.Busy.FAIL || request.busy() == Ask.Busy.SPILL;
        long untilMs = atOnce ? AT_ONCE : (long) latestStartMs(request, nowMs);
        count(request, sent, nowMs);
        return new RouterAction.Dispatch(
                flight.sentTo(sent, false),
                Decision.without(Decision.NAMED, target.id()),
                new RouterAction.Order(untilMs, false, true, null, null));
    }

    /** Container ids begin with their instance's: {@code <instance>-<incarnation>-<number>}. */
    private static String instanceOf(String containerId) {
        int number = containerId.lastIndexOf('-');
        int incarnation = number <= 0 ? -1 : containerId.lastIndexOf('-', number - 1);
        return incarnation <= 0 ? containerId : containerId.substring(0, incarnation);
    }

    /** Counts an attempt where it was sent. */
    void count(Request request, InFlight.Sent sent, long nowMs) {
        double memoryMb = sent.version().memoryMb();
        KeyState state = state(request, sent);
        boolean cold = sent.joins() && warm.of(warmKey(request, sent)).at(sent.instanceId()) <= 0;
        fleet.sent(sent.instanceId(), cold ? 0 : memoryMb, cold ? memoryMb : 0, nowMs);
        warm.sent(warmKey(request, sent), sent.instanceId());
        if (state != null) {
            state.sent(sent.instanceId(), sent.epoch(), sent.joins(), cold ? state.coldMs() : 0, nowMs);
        }
    }

    /** An attempt is over, or given up: it is counted no more. */
    void release(InFlight flight, String containerId, boolean ran, long nowMs) {
        InFlight.Sent sent = flight.sent();
        fleet.ended(sent.instanceId(), sent.epoch(), nowMs);
        warm.ended(warmKey(flight.request(), sent), sent.instanceId());
        KeyState state = state(flight.request(), sent);
        if (state == null) {
            return;
        }
        if (ran) {
            keys.ended(state, sent, containerId, nowMs);
        } else {
            state.bounced(sent.instanceId(), sent.epoch(), sent.joins(), nowMs);
        }
    }

    /** What a result teaches of its key and function. */
    void learn(InFlight flight, RouterEvent.ResultArrived result) {
        KeyState state = state(flight.request(), flight.sent());
        if (state != null) {
            keys.learn(keys.of(flight.request()), state, result);
        }
    }

    /** The state of the key that an attempt counts for; null if it counts for none, or its revision is forgotten. */
    private KeyState state(Request request, InFlight.Sent sent) {
        return sent.unkeyed()
                ? null
                : Keys.stateOf(keys.of(request), sent.version().revision());
    }

    /** The first result of a pin tells which container it is; a later one, that the container had to be replaced. */
    boolean confirmPin(InFlight flight, RouterEvent.ResultArrived result) {
        Keys.Key key = keys.find(flight.request());
        Keys.Serving serving = key == null ? null : key.current();
        boolean pinnedThere = serving != null
                && !flight.sent().unkeyed()
                && result.containerId() != null
                && serving.version.revision() == flight.sent().version().revision()
                && result.instanceId().equals(serving.state.pinId())
                && result.epoch() == serving.state.pinEpoch()
                && fleet.alive(result.instanceId(), result.epoch()) != null;
        if (!pinnedThere || result.containerId().equals(serving.container)) {
            return false;
        }
        KeyState.Replica replica = serving.state.at(result.instanceId(), result.epoch());
        if (serving.container != null && replica != null && replica.hasServed(serving.container)) {
            return false;
        }
        serving.container = result.containerId();
        return true;
    }

    /**
     * What serves the key: the version that is wanted, or, where the function wishes it, the one before until a container of the
     * wanted one is ready beside it.
     */
    private Keys.Serving serving(Keys.Key key, FunctionView function, FunctionView.Version wanted, long nowMs) {
        Keys.Serving current = key.current();
        if (current != null
                && function.rules().keepOldUntilReady()
                && current.version.revision() != wanted.revision()
                && current.state.pinId() != null) {
            KeyState old = current.state;
            KeyState.Replica pin =
                    fleet.alive(old.pinId(), old.pinEpoch()) == null ? null : old.at(old.pinId(), old.pinEpoch());
            String warmKey = InstanceView.warmKey(key.tenant, key.function, wanted.revision());
            boolean ready = warm.of(warmKey).at(old.pinId()) > 0;
            key.rollingSinceMs = key.rollingSinceMs == 0 ? nowMs : key.rollingSinceMs;
            boolean patient = nowMs - key.rollingSinceMs < limits.oldVersionMs();
            if (pin != null && pin.containers() > 0 && !ready && patient) {
                return current;
            }
        }
        boolean rolled = key.rollingSinceMs > 0;
        key.rollingSinceMs = 0;
        Keys.Serving serving = keys.serving(key, wanted);
        if (rolled && current != null) {
            serving.readyAt = current.state.pinId();
        }
        Keys.forgetDead(serving, fleet);
        return serving;
    }

    private Ask ask(InFlight flight, Keys.Key key, Keys.Serving serving, Avoid avoid, long nowMs) {
        Request request = flight.request();
        int most = key.value == null
                ? Integer.MAX_VALUE
                : (int) Math.max(limits.keyContainers(), limits.keyShare() * fleet.slots());
        return new Ask(
                serving.version.memoryMb(),
                flight.spilling() ? Ask.Busy.SPILL : request.busy(),
                key.value != null,
                request.required(),
                latestStartMs(request, nowMs),
                most,
                avoid.excluded(),
                avoid.busyAt());
    }

    private double latestStartMs(Request request, long nowMs) {
        double deadlineMs = request.deadlineMs() > 0 ? request.deadlineMs() : Double.POSITIVE_INFINITY;
        return request.synchronous() ? Math.min(deadlineMs, nowMs + limits.syncWaitMs()) : deadlineMs;
    }

    private IdleContainers idle(Keys.Key key, Keys.Serving serving) {
        String warmKey = InstanceView.warmKey(key.tenant, key.function, serving.version.revision());
        if (!serving.version.exclusive()) {
            return warm.of(warmKey);
        }
        return serving.readyAt == null ? IdleContainers.NONE : warm.of(warmKey).only(serving.readyAt);
    }

    private static String container(Keys.Serving serving, InstanceView target) {
        KeyState.Replica replica = serving.state.at(target.id(), target.epoch());
        if (replica == null || replica.served().isEmpty()) {
            return null;
        }
        return replica.hasServed(serving.container)
                ? serving.container
                : replica.served().get(0).id();
    }

    private static long waitUntilMs(AffinityDecision decision, Ask ask, long nowMs) {
        double coldMs = Double.isNaN(decision.coldMs()) ? UNKNOWN_COLD_MS : decision.coldMs();
        double untilMs = switch (decision.step()) {
            case WAIT -> decision.waitUntilMs();
            case PIN, OTHER_WARM -> patienceMs(ask, nowMs + coldMs);
            // Another router may have sent something there: not worth more than a cold start elsewhere.
            case FUNCTION_WARM -> ask.busy() == Ask.Busy.WAIT ? ask.deadlineMs() : nowMs + coldMs;
            default -> 0;
        };
        return Double.isInfinite(untilMs) ? 0 : (long) Math.ceil(untilMs);
    }

    /** The container is thought to be idle; if it is not, since it serves other keys too, how long to wait for it. */
    private static double patienceMs(Ask ask, double untilMs) {
        if (ask.busy() == Ask.Busy.FAIL) {
            return AT_ONCE;
        }
        if (ask.required() || ask.busy() == Ask.Busy.WAIT) {
            return ask.deadlineMs();
        }
        return ask.busy() == Ask.Busy.SPILL ? AT_ONCE : Math.min(untilMs, ask.deadlineMs());
    }

    private static String warmKey(Request request, InFlight.Sent sent) {
        return InstanceView.warmKey(
                request.tenant(), request.function(), sent.version().revision());
    }
}
