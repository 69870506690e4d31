package dev.berth.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A simulated instance: slots, memory, containers, a queue. One invocation a container; idle containers are evicted when the
 * memory is needed; the queue is first in, first out, except that a container that falls idle is given first to those that wait
 * for one of its key.
 */
final class Node {
    /** What happens on a node, for whom it matters. */
    interface Listener {
        void started(Call call, Box box, boolean cold);

        void idle(Box box);

        void busy(Box box);

        void removed(Box box);

        void sentBack(Call call);
    }

    final int index;
    final String id;
    final long epoch;
    final int slots;
    final double memoryMb;
    private final KeepAlive keepAlive;
    private final Listener listener;

    boolean alive = true;
    int running;
    double usedMb;
    double idleMb;
    /** For greedy-dual: the worth of what was evicted last. */
    double clock;

    final List<Box> idle = new ArrayList<>();
    private final Map<Integer, ArrayDeque<Box>> idleByKey = new HashMap<>();
    private final Map<Integer, Integer> boxes = new HashMap<>();
    final ArrayDeque<Call> queue = new ArrayDeque<>();
    private final Map<Integer, ArrayDeque<Call>> parked = new HashMap<>();
    private int parkedCount;
    private int boxesEver;

    Node(int index, long epoch, int slots, double memoryMb, KeepAlive keepAlive, Listener listener) {
        this.index = index;
        this.id = "i" + index;
        this.epoch = epoch;
        this.slots = slots;
        this.memoryMb = memoryMb;
        this.keepAlive = keepAlive;
        this.listener = listener;
    }

    /** Whether no idle container of its key was used later here. */
    boolean isLastUsed(Box box) {
        return idleByKey.get(box.key).peekFirst() == box;
    }

    int load() {
        return running + queue.size() + parkedCount;
    }

    int boxesOf(int key) {
        return boxes.getOrDefault(key, 0);
    }

    double freeMb() {
        return memoryMb - usedMb;
    }

    /** Takes an invocation. */
    void accept(Call call, double nowMs) {
        boolean idleOne = idleByKey.containsKey(call.key);
        if (call.waitUntilMs > 0 && !idleOne) {
            if (boxesOf(call.key) == 0) {
                listener.sentBack(call);
                return;
            }
            parked.computeIfAbsent(call.key, k -> new ArrayDeque<>()).add(call);
            parkedCount++;
            return;
        }
        queue.add(call);
        drain(nowMs);
    }

    /** Gives up waiting; false if the invocation is not waiting any more. */
    boolean unpark(Call call) {
        ArrayDeque<Call> waiting = parked.get(call.key);
        if (waiting == null || !waiting.remove(call)) {
            return false;
        }
        parkedCount--;
        if (waiting.isEmpty()) {
            parked.remove(call.key);
        }
        return true;
    }

    /** A container has finished its invocation. */
    void finished(Box box, double nowMs) {
        running--;
        box.lastUsedMs = nowMs;
        ArrayDeque<Call> waiting = parked.get(box.key);
        if (waiting != null) {
            Call next = waiting.poll();
            parkedCount--;
            if (waiting.isEmpty()) {
                parked.remove(box.key);
            }
            start(next, box, false, nowMs);
        } else {
            addIdle(box);
        }
        drain(nowMs);
    }

    void drain(double nowMs) {
        while (!queue.isEmpty() && running < slots) {
            Call call = queue.peek();
            ArrayDeque<Box> warm = idleByKey.get(call.key);
            if (warm != null) {
                queue.poll();
                Box box = warm.peekFirst();
                takeIdle(box);
                resize(box, call.memoryMb, nowMs);
                start(call, box, false, nowMs);
            } else if (makeRoom(call.memoryMb, nowMs)) {
                queue.poll();
                start(call, create(call.key, call.memoryMb, call.coldMs, nowMs), true, nowMs);
            } else {
                return;
            }
        }
    }

    /** Makes an idle container ahead of need, in free memory only; null if there is none. */
    Box prewarm(int key, double mb, double coldMs, double nowMs) {
        if (usedMb + mb > memoryMb) {
            return null;
        }
        Box box = create(key, mb, coldMs, nowMs);
        box.lastUsedMs = nowMs;
        addIdle(box);
        drain(nowMs);
        return box;
    }

    void remove(Box box) {
        takeIdle(box);
        usedMb -= box.memoryMb;
        box.version++;
        boxes.merge(box.key, -1, (a, b) -> a + b == 0 ? null : a + b);
        listener.removed(box);
    }

    private Box create(int key, double mb, double coldMs, double nowMs) {
        Box box = new Box(id + "-" + epoch + "-" + ++boxesEver, this, key, mb, coldMs, nowMs);
        usedMb += mb;
        boxes.merge(key, 1, Integer::sum);
        return box;
    }

    private void start(Call call, Box box, boolean cold, double nowMs) {
        running++;
        listener.started(call, box, cold);
        if (box.uses > 0) {
            double interval = nowMs - box.readyMs;
            box.ownIntervalMs = Double.isNaN(box.ownIntervalMs)
                    ? interval
                    : box.ownIntervalMs + 0.2 * (interval - box.ownIntervalMs);
        }
        box.readyMs = nowMs;
        box.uses++;
        box.version++;
        keepAlive.used(box, cold, nowMs);
    }

    private boolean makeRoom(double mb, double nowMs) {
        boolean wholeNode = usedMb == idleMb;
        if (usedMb - idleMb + mb > memoryMb && !wholeNode) {
            return false;
        }
        while (usedMb + mb > memoryMb && !idle.isEmpty()) {
            evictLeast(nowMs);
        }
        return true;
    }

    /** A container that grew with what it was given: others make room as far as they can. */
    private void resize(Box box, double mb, double nowMs) {
        usedMb += mb - box.memoryMb;
        box.memoryMb = mb;
        while (usedMb > memoryMb && !idle.isEmpty()) {
            evictLeast(nowMs);
        }
    }

    private void evictLeast(double nowMs) {
        Box least = null;
        double leastValue = Double.POSITIVE_INFINITY;
        for (Box box : idle) {
            double value = keepAlive.value(box, nowMs);
            if (least == null || value < leastValue || (value == leastValue && box.lastUsedMs < least.lastUsedMs)) {
                least = box;
                leastValue = value;
            }
        }
        keepAlive.evicted(least, leastValue, nowMs);
        remove(least);
    }

    private void addIdle(Box box) {
        box.idleAt = idle.size();
        idle.add(box);
        idleMb += box.memoryMb;
        idleByKey.computeIfAbsent(box.key, k -> new ArrayDeque<>(2)).addFirst(box);
        listener.idle(box);
    }

    private void takeIdle(Box box) {
        Box last = idle.remove(idle.size() - 1);
        if (last != box) {
            idle.set(box.idleAt, last);
            last.idleAt = box.idleAt;
        }
        box.idleAt = -1;
        idleMb = idle.isEmpty() ? 0 : idleMb - box.memoryMb;
        ArrayDeque<Box> ofKey = idleByKey.get(box.key);
        ofKey.remove(box);
        if (ofKey.isEmpty()) {
            idleByKey.remove(box.key);
        }
        listener.busy(box);
    }

    /** All that is on it, when it dies. */
    List<Call> die() {
        alive = false;
        List<Call> waiting = new ArrayList<>(queue);
        parked.values().forEach(waiting::addAll);
        queue.clear();
        parked.clear();
        parkedCount = 0;
        for (Box box : List.copyOf(idle)) {
            takeIdle(box);
        }
        usedMb = 0;
        return waiting;
    }
}
