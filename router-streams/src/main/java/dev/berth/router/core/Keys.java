package dev.berth.router.core;

import dev.berth.router.core.affinity.FleetLoad;
import dev.berth.router.core.affinity.KeyState;
import dev.berth.router.core.affinity.KnownContainer;
import dev.berth.router.core.affinity.LearnedCosts;
import dev.berth.router.core.affinity.ReuseModel;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What a router task knows of each routing key, and of the containers that serve them. Keys that have not been used for longest are
 * packed away, and unpacked when they are asked for.
 */
final class Keys {
    /** Removals are told on another way than results, so that the last result of a container may come after its end. */
    private static final int REMOVALS_KEPT = 10_000;

    /** One revision of a key's function: its pin and its containers. */
    static final class Serving {
        final KeyState state;
        FunctionView.Version version;
        /** The container of the pin; null until its first result is in. */
        String container;

        /** Where one was made ready for it while the version before served; null for nowhere. */
        String readyAt;

        Serving(KeyState state, FunctionView.Version version) {
            this.state = state;
            this.version = version;
        }

        private static boolean runs(Serving serving, long revision) {
            return serving != null && serving.version.revision() == revision;
        }
    }

    /** A routing key; or a function, for the invocations of it that have no routing value. */
    static final class Key {
        final String tenant;
        final String function;
        final String value;
        final String text;
        private Serving current;
        /** Of the revision before: callers of two versions may take turns, and the old one may still serve. */
        private Serving before;

        long savedMs;
        /** Since when the revision before serves in the place of the current one; 0 if it does not. */
        long rollingSinceMs;

        Key(String tenant, String function, String value) {
            this.tenant = tenant;
            this.function = function;
            this.value = value;
            this.text = FunctionView.key(tenant, function) + (value == null ? "" : '/' + value);
        }

        /** The revision that was asked for last; null before the first. */
        Serving current() {
            return current;
        }

        /** What serves its revisions, the current one first. */
        List<Serving> servings() {
            return before == null ? current == null ? List.of() : List.of(current) : List.of(current, before);
        }

        /** Gives back what {@link #servings} was. */
        void serve(List<Serving> servings) {
            current = servings.isEmpty() ? null : servings.get(0);
            before = servings.size() < 2 ? null : servings.get(1);
        }

        private boolean isAtRest() {
            return (current == null || current.state.isAtRest()) && (before == null || before.state.isAtRest());
        }
    }

    private final RuleSettings settings;
    private final ReuseModel model = new ReuseModel();
    private final int inUse;
    /** Those in use, the one used longest ago first. */
    private final LinkedHashMap<String, Key> keys = new LinkedHashMap<>(16, 0.75f, true);

    private final PackedKeys packed;
    private final Map<String, LearnedCosts> costs = new HashMap<>();
    private final Map<String, PackedKeys.Container> containers = new HashMap<>();
    private final LinkedHashSet<String> removed = new LinkedHashSet<>();

    /** @param inUse how many keys are kept ready for use; more if more have something in flight */
    Keys(RuleSettings settings, int inUse) {
        this.settings = settings;
        this.inUse = inUse;
        this.packed = new PackedKeys(this::emptyState);
    }

    ReuseModel model() {
        return model;
    }

    /** How many there are, in use and at rest. */
    int size() {
        return keys.size() + packed.size();
    }

    /** The key of a request, new if it is the first. */
    Key of(Request request) {
        Key known = find(request);
        return known == null ? use(new Key(request.tenant(), request.function(), request.routingValue())) : known;
    }

    /** The key of a request, or null. */
    Key find(Request request) {
        Key key = keys.get(request.keyText());
        return key == null ? unpack(request.tenant(), request.function(), request.routingValue()) : key;
    }

    /** The key of that value, or null. */
    Key find(String tenant, String function, String value) {
        Key key = keys.get(new Key(tenant, function, value).text);
        return key == null ? unpack(tenant, function, value) : key;
    }

    private Key unpack(String tenant, String function, String value) {
        Key key = packed.take(tenant, function, value);
        return key == null ? null : use(key);
    }

    private Key use(Key key) {
        keys.put(key.text, key);
        // Whatever has something in flight stays, so look at a few more than came.
        for (int looked = 0; looked < 2 && keys.size() > inUse; looked++) {
            Key eldest = keys.values().iterator().next();
            if (eldest != key && eldest.isAtRest()) {
                keys.remove(eldest.text);
                packed.put(eldest);
            } else {
                keys.get(eldest.text);
            }
        }
        return key;
    }

    private KeyState emptyState(Key key) {
        return new KeyState(key.text, settings, costs(key));
    }

    /** What serves a revision of the key's function; it becomes the current one. */
    Serving serving(Key key, FunctionView.Version version) {
        Serving current = key.current;
        if (!Serving.runs(current, version.revision())) {
            Serving other = key.before;
            key.before = current;
            key.current = Serving.runs(other, version.revision())
                    ? other
                    : new Serving(successor(key, current, version), version);
        }
        key.current.version = version;
        key.current.state.runsTogether(version.concurrency());
        return key.current;
    }

    /** The key of a request; of one that has none yet, what it would be. */
    Key peek(Request request) {
        Key key = find(request);
        return key == null ? new Key(request.tenant(), request.function(), request.routingValue()) : key;
    }

    /** What would serve a revision of the key's function. */
    Serving peek(Key key, FunctionView.Version version) {
        Serving current = key.current;
        return Serving.runs(current, version.revision())
                ? current
                : new Serving(successor(key, current, version), version);
    }

    private KeyState successor(Key key, Serving before, FunctionView.Version version) {
        KeyState state = emptyState(key);
        state.runsTogether(version.concurrency());
        if (before != null) {
            state.restore(before.state.profile(), before.state.lastArrivalMs());
        }
        return state;
    }

    private LearnedCosts costs(Key key) {
        return costs.computeIfAbsent(FunctionView.key(key.tenant, key.function), f -> new LearnedCosts(settings));
    }

    /** What the router learns of a key from an invocation that ended in a container. */
    void learn(Key key, KeyState state, RouterEvent.ResultArrived result) {
        if (result.serviceMs() >= 0) {
            state.costs().served(result.serviceMs(), result.firstOfKey());
            costs(key).served(result.serviceMs(), result.firstOfKey());
        }
        if (result.startMs() > 0) {
            state.costs().started(result.startMs());
            costs(key).started(result.startMs());
        }
    }

    /** An attempt is over: it ran in this container, or in none. */
    void ended(KeyState state, InFlight.Sent sent, String containerId, long nowMs) {
        boolean news = containerId != null && !state.isServedBy(sent.instanceId(), sent.epoch(), containerId);
        KnownContainer container = news && !removed.contains(containerId) ? known(containerId) : null;
        state.ended(sent.instanceId(), sent.epoch(), sent.joins(), container, nowMs);
    }

    private PackedKeys.Container known(String containerId) {
        return containers.computeIfAbsent(containerId, PackedKeys.Container::new);
    }

    /** A container is no more. */
    void removed(String containerId) {
        PackedKeys.Container known = containers.remove(containerId);
        if (known != null) {
            known.remove();
        }
        removed.add(containerId);
        if (removed.size() > REMOVALS_KEPT) {
            removed.remove(removed.iterator().next());
        }
    }

    /** Makes the key what it was when its pin was saved. */
    void restore(String tenant, String function, String value, Pin pin) {
        Key key = new Key(tenant, function, value);
        KeyState state = emptyState(key);
        state.restore(pin.learned().profile(), pin.learned().lastArrivalMs());
        state.costs().restore(pin.learned().serviceMs(), pin.learned().coldMs(), Double.NaN);
        state.pin(pin.instanceId(), pin.epoch());
        Serving serving = new Serving(state, new FunctionView.Version(pin.version(), pin.revision(), 0, false));
        serving.container = pin.containerId();
        if (pin.containerId() != null) {
            state.added(pin.instanceId(), pin.epoch(), known(pin.containerId()));
        }
        pin.others().forEach(other -> state.added(other.instanceId(), other.epoch(), known(other.containerId())));
        key.current = serving;
        use(key);
    }

    /** The key's pin as it is to be saved; null if it has none. */
    static Pin pin(Key key, long lastUsedMs) {
        Serving serving = key.current;
        if (serving == null || serving.state.pinId() == null) {
            return null;
        }
        KeyState state = serving.state;
        List<Pin.Other> others = new ArrayList<>(0);
        for (KeyState.Replica replica : state.replicas()) {
            for (KnownContainer served : replica.served()) {
                if (!served.id().equals(serving.container)) {
                    others.add(new Pin.Other(replica.instanceId(), replica.epoch(), served.id()));
                }
            }
        }
        return new Pin(
                state.pinId(),
                state.pinEpoch(),
                serving.container,
                serving.version.name(),
                serving.version.revision(),
                lastUsedMs,
                new Pin.Learned(
                        state.costs().serviceMs(), state.costs().coldMs(), state.profile(), state.lastArrivalMs()),
                others);
    }

    /** The key's state for what was sent: of the revision that was sent. */
    static KeyState stateOf(Key key, long revision) {
        if (Serving.runs(key.current, revision)) {
            return key.current.state;
        }
        return Serving.runs(key.before, revision) ? key.before.state : null;
    }

    /** Forgets what the key had on instances that are gone. */
    static void forgetDead(Serving serving, FleetLoad fleet) {
        if (!serving.state.replicas().isEmpty()) {
            serving.state.forgetDead(fleet);
        }
    }
}
