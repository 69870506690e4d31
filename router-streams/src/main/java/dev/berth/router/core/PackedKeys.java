package dev.berth.router.core;

import dev.berth.router.core.affinity.KeyProfile;
import dev.berth.router.core.affinity.KeyState;
import dev.berth.router.core.affinity.KnownContainer;
import dev.berth.router.core.affinity.LearnedCosts;
import dev.berth.router.core.affinity.Rendezvous;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Keys at rest, in about a hundred bytes each: of the millions that a router knows, few are in use at a time.
 *
 * <p>A hash table with open addressing (linear probing; deletion by moving back, Knuth, TAOCP 6.4, Algorithm R). Each entry is
 * one array of bytes; names that many keys share are numbers in it.
 */
final class PackedKeys {
    private record Name(String tenant, String function) {}

    private record Home(String instanceId, long epoch) {}

    /** A container that packed keys can name by a number. */
    static final class Container extends KnownContainer {
        private int number;
        /** How many packed keys name it. */
        private int holders;

        Container(String id) {
            super(id);
        }
    }

    /** Those that packed keys name. There are many, so that looking them up by name would take most of the time. */
    private static final class Containers {
        private final List<Container> byNumber = new ArrayList<>();
        private final ArrayDeque<Integer> free = new ArrayDeque<>();

        int hold(Container container) {
            if (container.holders++ == 0) {
                if (free.isEmpty()) {
                    container.number = byNumber.size();
                    byNumber.add(container);
                } else {
                    container.number = free.poll();
                    byNumber.set(container.number, container);
                }
            }
            return container.number;
        }

        Container release(int number) {
            Container container = byNumber.get(number);
            if (--container.holders == 0) {
                byNumber.set(number, null);
                free.add(number);
            }
            return container;
        }
    }

    private static final int LEAST_SLOTS = 64;
    /** What a pin's container is written as: none, or by name; from the next number on, as which of those that serve the key. */
    private static final int NONE = 0;

    private static final int BY_NAME = 1;
    private static final int BY_PLACE = 2;

    private final Interned<Name> names = new Interned<>();
    private final Interned<Home> homes = new Interned<>();
    private final Interned<FunctionView.Version> versions = new Interned<>();
    private final Containers containers = new Containers();

    private final Function<Keys.Key, KeyState> states;
    private final Bytes pad = new Bytes();
    private byte[][] slots = new byte[LEAST_SLOTS][];
    private int[] hashes = new int[LEAST_SLOTS];
    private int size;

    /** @param states makes an empty state of a key */
    PackedKeys(Function<Keys.Key, KeyState> states) {
        this.states = states;
    }

    int size() {
        return size;
    }

    /** Takes in a key at rest, which is not here. */
    void put(Keys.Key key) {
        if (4L * (size + 1) > 3L * slots.length) {
            grow();
        }
        pad.clear();
        prefix(names.hold(new Name(key.tenant, key.function)), key.value);
        write(key);
        insert(pad.written(), hash(key.text));
        size++;
    }

    /** Gives a key back, and keeps it no longer; null if it is not here. */
    Keys.Key take(String tenant, String function, String value) {
        int name = names.find(new Name(tenant, function));
        if (name < 0) {
            return null;
        }
        pad.clear();
        prefix(name, value);
        Keys.Key key = new Keys.Key(tenant, function, value);
        int hash = hash(key.text);
        int slot = hash & slots.length - 1;
        while (slots[slot] != null) {
            if (hashes[slot] == hash && pad.begins(slots[slot])) {
                read(new Bytes(slots[slot]), key);
                delete(slot);
                return key;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return null;
    }

    private void prefix(int name, String value) {
        pad.number(name);
        pad.number(value == null ? 0 : 1);
        if (value != null) {
            pad.text(value);
        }
    }

    private void write(Keys.Key key) {
        pad.number(key.savedMs);
        pad.number(key.rollingSinceMs);
        List<Keys.Serving> servings = key.servings();
        pad.number(servings.size());
        for (Keys.Serving serving : servings) {
            pad.number(versions.hold(serving.version));
            pad.number(serving.readyAt == null ? 0 : 1 + homes.hold(new Home(serving.readyAt, 0)));
            write(serving.state, serving.container);
        }
    }

    private void write(KeyState state, String pinned) {
        pad.number(state.concurrency());
        pad.number(state.pinId() == null ? 0 : 1 + homes.hold(new Home(state.pinId(), state.pinEpoch())));
        LearnedCosts.Known costs = state.costs().known();
        pad.estimate(costs.serviceMs());
        pad.estimate(costs.coldMs());
        pad.estimate(costs.firstMs());
        pad.estimate(costs.laterMs());
        pad.number(costs.services());
        pad.number(costs.colds());
        pad.number(state.profile().seen());
        pad.estimate(state.profile().intervalMs());
        pad.estimate(state.profile().deviationMs());
        pad.number(Double.isNaN(state.lastArrivalMs()) ? 0 : (long) state.lastArrivalMs());
        pad.number(state.replicas().size());
        int place = BY_PLACE;
        int pin = pinned == null ? NONE : BY_NAME;
        for (KeyState.Replica replica : state.replicas()) {
            pad.number(homes.hold(new Home(replica.instanceId(), replica.epoch())));
            List<KnownContainer> served = replica.served();
            pad.number(served.size());
            for (KnownContainer container : served) {
                pad.number(containers.hold((Container) container));
                pin = container.id().equals(pinned) ? place : pin;
                place++;
            }
        }
        pad.number(pin);
        if (pin == BY_NAME) {
            pad.text(pinned);
        }
    }

    private void read(Bytes in, Keys.Key key) {
        names.release((int) in.number());
        if (in.number() != 0) {
            in.text();
        }
        key.savedMs = in.number();
        key.rollingSinceMs = in.number();
        int count = (int) in.number();
        List<Keys.Serving> servings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            FunctionView.Version version = versions.release((int) in.number());
            int readyAt = (int) in.number();
            Keys.Serving serving = new Keys.Serving(states.apply(key), version);
            serving.readyAt = readyAt == 0 ? null : homes.release(readyAt - 1).instanceId();
            serving.container = read(in, serving.state);
            servings.add(serving);
        }
        key.serve(servings);
    }

    /** Reads the state; returns which container the key is pinned to. */
    private String read(Bytes in, KeyState state) {
        state.runsTogether((int) in.number());
        int pin = (int) in.number();
        if (pin > 0) {
            Home home = homes.release(pin - 1);
            state.pin(home.instanceId(), home.epoch());
        }
        state.costs()
                .restore(new LearnedCosts.Known(
                        in.estimate(), in.estimate(), in.estimate(), in.estimate(), (int) in.number(), (int)
                                in.number()));
        KeyProfile profile = new KeyProfile((int) in.number(), in.estimate(), in.estimate());
        long lastArrivalMs = in.number();
        state.restore(profile, lastArrivalMs == 0 ? Double.NaN : lastArrivalMs);
        int replicas = (int) in.number();
        List<Container> places = new ArrayList<>(replicas);
        for (int i = 0; i < replicas; i++) {
            Home home = homes.release((int) in.number());
            int served = (int) in.number();
            for (int j = 0; j < served; j++) {
                Container container = containers.release((int) in.number());
                places.add(container);
                if (!container.isRemoved()) {
                    state.added(home.instanceId(), home.epoch(), container);
                }
            }
        }
        int pinned = (int) in.number();
        return switch (pinned) {
            case NONE -> null;
            case BY_NAME -> in.text();
            default -> places.get(pinned - BY_PLACE).id();
        };
    }

    private void insert(byte[] entry, int hash) {
        int slot = hash & slots.length - 1;
        while (slots[slot] != null) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = entry;
        hashes[slot] = hash;
    }

    private void delete(int deleted) {
        int hole = deleted;
        int mask = slots.length - 1;
        for (int slot = hole + 1 & mask; slots[slot] != null; slot = slot + 1 & mask) {
            int home = hashes[slot] & mask;
            if ((slot - home & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hashes[hole] = hashes[slot];
                hole = slot;
            }
        }
        slots[hole] = null;
        size--;
    }

    private void grow() {
        byte[][] entries = slots;
        int[] before = hashes;
        slots = new byte[2 * entries.length][];
        hashes = new int[2 * entries.length];
        for (int i = 0; i < entries.length; i++) {
            if (entries[i] != null) {
                insert(entries[i], before[i]);
            }
        }
    }

    private static int hash(String text) {
        return (int) Rendezvous.hash(text);
    }
}
