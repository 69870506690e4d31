package dev.berth.gateway.kafka;

import dev.berth.schemas.Result;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who waits for which invocation: at most so many at a time. Whoever takes a waiter out answers it; nobody else can.
 *
 * <p>Thread-safe: the event loop adds and gives up, the reply thread takes.
 */
public final class PendingReplies {
    private final int limit;
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentHashMap<String, Waiter> waiters = new ConcurrentHashMap<>();

    /** @param limit how many may wait at a time */
    public PendingReplies(int limit) {
        this.limit = limit;
    }

    /** One who waits. Either method is called at most once, and on any thread. */
    public interface Waiter {
        /** The result is there. */
        void replied(Result result);

        /** The gateway closes, and the result will not come through it any more. */
        void abandoned();
    }

    /** Adds a waiter; false if as many wait as may. */
    public boolean add(String invocationId, Waiter waiter) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        waiters.put(invocationId, waiter);
        return true;
    }

    /** Whether somebody waits for an invocation. */
    public boolean awaits(String invocationId) {
        return waiters.containsKey(invocationId);
    }

    /** Takes the waiter of an invocation out, if it still waits. */
    public Optional<Waiter> take(String invocationId) {
        Waiter waiter = waiters.remove(invocationId);
        if (waiter != null) {
            count.decrementAndGet();
        }
        return Optional.ofNullable(waiter);
    }

    /** Tells all who still wait that they wait in vain. */
    public void abandonAll() {
        for (String id : List.copyOf(waiters.keySet())) {
            take(id).ifPresent(Waiter::abandoned);
        }
    }

    /** How many wait now. */
    public int size() {
        return count.get();
    }
}
