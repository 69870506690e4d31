package dev.berth.executor.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Jobs that wait for a container to be had, in queues of those that the same containers could run. */
final class ParkingLot {
    /**
     * Whose queue: keyed and shared jobs wait apart, since a keyed one may join a busy container and a shared one may not;
     * so do the routing values of an exclusive function.
     */
    record Group(FunctionKey function, boolean keyed, String owner) {
        static Group of(Job job) {
            return new Group(job.function(), job.routingValue() != null, job.exclusive() ? job.routingValue() : null);
        }
    }

    private final Map<Group, ArrayDeque<Waiting>> queues = new LinkedHashMap<>();

    void addLast(Waiting waiting) {
        queue(waiting).addLast(waiting);
    }

    /** For those that had a place and lost it: they came before all that wait. */
    void addFirst(Waiting waiting) {
        queue(waiting).addFirst(waiting);
    }

    boolean isEmpty() {
        return queues.isEmpty();
    }

    boolean has(Group group) {
        return queues.containsKey(group);
    }

    int size(Group group) {
        ArrayDeque<Waiting> queue = queues.get(group);
        return queue == null ? 0 : queue.size();
    }

    /** The first of a queue, which it leaves; null if there is none. */
    Waiting poll(Group group) {
        ArrayDeque<Waiting> queue = queues.get(group);
        if (queue == null) {
            return null;
        }
        Waiting head = queue.pollFirst();
        if (queue.isEmpty()) {
            queues.remove(group);
        }
        return head;
    }

    /** The longest-waiting head among the queues that are not tried yet; null if there is none. */
    Waiting oldestHead(Collection<Group> tried) {
        Waiting oldest = null;
        for (var entry : queues.entrySet()) {
            Waiting head = entry.getValue().peekFirst();
            if ((oldest == null || head.sequence() < oldest.sequence()) && !tried.contains(entry.getKey())) {
                oldest = head;
            }
        }
        return oldest;
    }

    /** Takes out all that match, in order. */
    List<Waiting> take(Predicate<Waiting> which) {
        List<Waiting> taken = new ArrayList<>();
        Iterator<ArrayDeque<Waiting>> all = queues.values().iterator();
        while (all.hasNext()) {
            ArrayDeque<Waiting> queue = all.next();
            queue.removeIf(waiting -> which.test(waiting) && taken.add(waiting));
            if (queue.isEmpty()) {
                all.remove();
            }
        }
        return taken;
    }

    private ArrayDeque<Waiting> queue(Waiting waiting) {
        return queues.computeIfAbsent(Group.of(waiting.job()), group -> new ArrayDeque<>());
    }
}
