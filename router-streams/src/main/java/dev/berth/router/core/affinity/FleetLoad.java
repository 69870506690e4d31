package dev.berth.router.core.affinity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The load of every instance as one router sees it, indexed so that a place for a new container is found without looking at
 * all of them.
 *
 * <p>The index has a level for each load per slot that occurs; within a level, instances stand on a ring by hash, once among
 * all and once among those with about as much free memory. A fleet has no more levels than an instance has slots, so that a
 * search looks at a few levels and, in each, at the instances next to the key's own point on the ring.
 */
public final class FleetLoad {
    /** Over about so long an instance's recent load is averaged; two minutes or an hour did about as well. */
    static final double RECENT_MS = 600_000;

    private static final int CLASSES = 32;

    /** Instances with the same load per slot. */
    private static final class Level {
        final TreeMap<Long, InstanceLoad> all = new TreeMap<>();
        final List<TreeMap<Long, InstanceLoad>> byFree = new ArrayList<>(CLASSES);

        Level() {
            for (int i = 0; i < CLASSES; i++) {
                byFree.add(null);
            }
        }
    }

    private final Map<String, InstanceLoad> instances = new HashMap<>();
    private final TreeMap<Double, Level> levels = new TreeMap<>();
    private long inFlight;
    private long slots;
    /** Said of the whole fleet when only a part of it is here; NaN to count. */
    private double saidMean = Double.NaN;

    /** A part of a fleet, as a decision saw it: enough to decide the same again. */
    static FleetLoad ofSeen(double mean, List<DecisionInput.SeenInstance> seen, double nowMs) {
        FleetLoad fleet = new FleetLoad();
        fleet.saidMean = mean;
        for (DecisionInput.SeenInstance one : seen) {
            fleet.instance(one.id(), one.epoch(), one.slots(), one.freeMb() + one.idleMb(), one.open());
            fleet.change(one.id(), nowMs, instance -> {
                instance.reported = one.inFlight();
                instance.freeMb = one.freeMb();
                instance.idleMb = one.idleMb();
            });
            fleet.get(one.id()).recent(one.recent(), nowMs);
        }
        return fleet;
    }

    /** An instance came, or came back under a new epoch; or one that is known opens or closes to new work. */
    public void instance(String id, long epoch, int slots, double memoryMb, boolean open) {
        InstanceLoad known = instances.get(id);
        if (known != null && known.epoch == epoch) {
            unindex(known);
            known.open = open;
            index(known);
            return;
        }
        gone(id);
        InstanceLoad instance = new InstanceLoad(id, epoch, slots, memoryMb, open);
        instances.put(id, instance);
        this.slots += slots;
        index(instance);
    }

    /** An instance is gone with all that was on it. */
    public void gone(String id) {
        InstanceLoad instance = instances.remove(id);
        if (instance != null) {
            unindex(instance);
            inFlight -= instance.inFlight();
            slots -= instance.slots;
        }
    }

    /** This router sent an invocation there; {@code coldMb} is the memory of the container it asks for, 0 if it reuses one. */
    public void sent(String id, double warmMb, double coldMb, double nowMs) {
        change(id, nowMs, instance -> {
            instance.sent++;
            instance.idleMb -= warmMb;
            double evictedMb = Math.max(0, coldMb - instance.freeMb);
            instance.freeMb -= coldMb - evictedMb;
            instance.idleMb = Math.max(0, instance.idleMb - evictedMb);
        });
    }

    /** An invocation that this router sent there has ended or came back. */
    public void ended(String id, long epoch, double nowMs) {
        InstanceLoad known = instances.get(id);
        if (known != null && known.epoch == epoch) {
            change(id, nowMs, instance -> instance.sent--);
        }
    }

    /**
     * The instance said how it was: in a result, or in its status. The two come on different ways, so the older is ignored.
     *
     * @param saidMs when, by the instance's clock
     */
    public void reported(String id, long epoch, int load, double freeMb, double idleMb, double saidMs, double nowMs) {
        InstanceLoad known = instances.get(id);
        if (known != null && known.epoch == epoch && saidMs >= known.saidMs) {
            change(id, nowMs, instance -> {
                instance.saidMs = saidMs;
                instance.reported = load;
                instance.freeMb = freeMb;
                instance.idleMb = idleMb;
            });
        }
    }

    /** The instance of that name, or null. */
    public InstanceLoad get(String id) {
        return instances.get(id);
    }

    /** The instance of that name if it still works under that epoch, else null. */
    public InstanceLoad alive(String id, long epoch) {
        InstanceLoad instance = instances.get(id);
        return instance != null && instance.epoch == epoch ? instance : null;
    }

    /** All instances, in no particular order. */
    public Collection<InstanceLoad> all() {
        return instances.values();
    }

    /** Mean invocations in flight of an instance. */
    public double mean() {
        if (!Double.isNaN(saidMean)) {
            return saidMean;
        }
        return instances.isEmpty() ? 0 : (double) inFlight / instances.size();
    }

    /** Slots of all instances together. */
    public long slots() {
        return slots;
    }

    /** Invocations in flight per slot of the least loaded instance that takes new work; infinite if none does. */
    public double leastPerSlot() {
        return levels.isEmpty() ? Double.POSITIVE_INFINITY : levels.firstKey();
    }

    /**
     * The least loaded open instances that have the room, those next to the key's point on the ring; empty if there is none
     * below the bound.
     *
     * @param below in flight, exclusive, and no more than the instance's slots; infinite if it may queue
     * @param mb the memory it must have
     * @param evicting whether memory of idle containers counts as room
     * @param excluded instances not to be looked at
     * @param most how many to return
     */
    List<InstanceLoad> leastLoaded(
            long keyHash, double below, double mb, boolean evicting, Set<String> excluded, int most) {
        List<InstanceLoad> found = new ArrayList<>(most);
        for (Level level : levels.values()) {
            if (evicting) {
                walk(level.all, keyHash, below, mb, true, excluded, most, found);
            } else {
                for (int free = freeClass(mb); free < CLASSES && found.size() < most; free++) {
                    walk(level.byFree.get(free), keyHash, below, mb, false, excluded, most, found);
                }
            }
            if (!found.isEmpty()) {
                break;
            }
        }
        return found;
    }

    private static void walk(
            NavigableMap<Long, InstanceLoad> ring,
            long keyHash,
            double below,
            double mb,
            boolean evicting,
            Set<String> excluded,
            int most,
            List<InstanceLoad> found) {
        if (ring == null) {
            return;
        }
        for (InstanceLoad instance : ring.tailMap(keyHash, true).values()) {
            if (found.size() == most) {
                return;
            }
            if (fits(instance, below, mb, evicting, excluded)) {
                found.add(instance);
            }
        }
        for (InstanceLoad instance : ring.headMap(keyHash, false).values()) {
            if (found.size() == most) {
                return;
            }
            if (fits(instance, below, mb, evicting, excluded)) {
                found.add(instance);
            }
        }
    }

    private static boolean fits(
            InstanceLoad instance, double below, double mb, boolean evicting, Set<String> excluded) {
        double roomMb = evicting ? instance.freeMb + instance.idleMb : instance.freeMb;
        boolean hasSlot = instance.hasSlot() || below == Double.POSITIVE_INFINITY;
        return hasSlot && instance.inFlight() < below && roomMb >= mb && !excluded.contains(instance.id);
    }

    private void change(String id, double nowMs, Consumer<InstanceLoad> change) {
        InstanceLoad instance = instances.get(id);
        if (instance == null) {
            return;
        }
        instance.remember(nowMs);
        int before = instance.inFlight();
        int freeBefore = freeClass(instance.freeMb);
        change.accept(instance);
        inFlight += instance.inFlight() - before;
        if (instance.inFlight() != before || freeClass(instance.freeMb) != freeBefore) {
            unindex(instance, (double) before / instance.slots, freeBefore);
            index(instance);
        }
    }

    private void index(InstanceLoad instance) {
        if (!instance.open) {
            return;
        }
        Level level = levels.computeIfAbsent(instance.perSlot(), load -> new Level());
        level.all.put(instance.point, instance);
        int free = freeClass(instance.freeMb);
        if (level.byFree.get(free) == null) {
            level.byFree.set(free, new TreeMap<>());
        }
        level.byFree.get(free).put(instance.point, instance);
    }

    private void unindex(InstanceLoad instance) {
        unindex(instance, instance.perSlot(), freeClass(instance.freeMb));
    }

    private void unindex(InstanceLoad instance, double perSlot, int free) {
        Level level = instance.open ? levels.get(perSlot) : null;
        if (level == null) {
            return;
        }
        level.all.remove(instance.point);
        level.byFree.get(free).remove(instance.point);
        if (level.all.isEmpty()) {
            levels.remove(perSlot);
        }
    }

    /** Binary order of magnitude: all instances of a higher class than an invocation's have room for it. */
    private static int freeClass(double mb) {
        return mb < 1 ? 0 : Math.min(CLASSES - 1, Math.getExponent(mb));
    }
}
