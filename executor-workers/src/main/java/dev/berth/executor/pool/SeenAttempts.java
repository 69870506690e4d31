package dev.berth.executor.pool;

import java.util.LinkedHashSet;

/** The attempts of the last while, so that one dispatched twice runs once. Bounded: the oldest is forgotten. */
final class SeenAttempts {
    private final LinkedHashSet<AttemptId> seen = new LinkedHashSet<>();
    private final int capacity;

    SeenAttempts(int capacity) {
        this.capacity = capacity;
    }

    /** Whether it is new. */
    boolean add(AttemptId id) {
        if (!seen.add(id)) {
            return false;
        }
        if (seen.size() > capacity) {
            var oldest = seen.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    /** It has not run here and may come again. */
    void remove(AttemptId id) {
        seen.remove(id);
    }
}
