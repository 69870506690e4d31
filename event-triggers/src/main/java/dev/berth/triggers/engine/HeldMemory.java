package dev.berth.triggers.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all triggers of a process share for records that are not finished. Each may hold as much as is still free: one
 * alone comes to half of all, two to a third each, and there is always room for one that begins (Choudhury and Hahne, "Dynamic
 * queue length thresholds for shared-memory packet switches", 1998). Thread-safe.
 */
final class HeldMemory {
    private final long limitBytes;
    private final AtomicLong held = new AtomicLong();

    HeldMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** A trigger that held so much holds so much now. */
    void changed(long beforeBytes, long nowBytes) {
        held.addAndGet(nowBytes - beforeBytes);
    }

    /** Whether a trigger that holds so much may read on; one that holds nothing always may, whatever its next record's size. */
    boolean allows(long ownBytes) {
        return ownBytes == 0 || ownBytes < limitBytes - held.get();
    }
}
