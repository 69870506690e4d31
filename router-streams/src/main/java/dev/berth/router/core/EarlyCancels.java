package dev.berth.router.core;

import dev.berth.router.core.RouterEvent.CancelAsked;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * Orders to cancel what has not been seen yet. Commands and invocations are two topics: after a restart, the order may be read
 * before the invocation, though it was published later. Bounded, and in memory only: it is lost if its router dies between
 * the two, and the invocation runs.
 */
final class EarlyCancels {
    private static final int MOST = 10_000;

    private record Early(CancelAsked order, long atMs) {}

    private final LinkedHashMap<String, Early> byId = new LinkedHashMap<>();

    void add(CancelAsked order, long nowMs) {
        byId.put(order.invocationId(), new Early(order, nowMs));
        if (byId.size() > MOST) {
            removeOldest();
        }
    }

    /** The order about this invocation, which is due now; null if there is none. */
    CancelAsked take(Request request) {
        Early early = byId.remove(request.id());
        return early == null || !early.order().isFor(request) ? null : early.order();
    }

    void forget(long beforeMs) {
        while (!byId.isEmpty() && byId.values().iterator().next().atMs() < beforeMs) {
            removeOldest();
        }
    }

    private void removeOldest() {
        Iterator<Early> oldest = byId.values().iterator();
        oldest.next();
        oldest.remove();
    }
}
