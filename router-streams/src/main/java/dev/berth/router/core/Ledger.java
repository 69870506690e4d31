package dev.berth.router.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The invocations of a task: those without an outcome, when the waiting ones are due, and those that have ended. */
final class Ledger {
    /**
     * An invocation that has its outcome.
     *
     * @param functionKey of its function; null if it is not known any more
     * @param containerId where it ran; null if nowhere
     */
    record Ended(long endedMs, String functionKey, String containerId) {}

    private record Due(long atMs, int priority, long sequence, String id) {}

    private final LinkedHashMap<String, InFlight> flights = new LinkedHashMap<>();
    private final LinkedHashMap<String, Ended> done = new LinkedHashMap<>();
    private final Map<String, Integer> dispatched = new HashMap<>();
    private int allDispatched;
    private final Map<String, Due> dueOf = new HashMap<>();
    private final TreeSet<Due> due = new TreeSet<>(Comparator.comparingLong(Due::atMs)
            .thenComparingInt(d -> -d.priority())
            .thenComparingLong(Due::sequence)
            .thenComparing(Due::id));

    InFlight get(String id) {
        return flights.get(id);
    }

    Collection<InFlight> all() {
        return flights.values();
    }

    int size() {
        return flights.size();
    }

    /** How many are with no instance. */
    int waiting() {
        return flights.size() - allDispatched;
    }

    /** How it ended; null if it has not, or too long ago. */
    Ended ended(String id) {
        return done.get(id);
    }

    /** Dispatched invocations of a function or of a tenant, and not ended. */
    int dispatched(String name) {
        return dispatched.getOrDefault(name, 0);
    }

    /** It is this now; no longer due. */
    void put(InFlight flight) {
        Request request = flight.request();
        count(flights.put(request.id(), flight), -1);
        count(flight, +1);
        notDue(request.id());
    }

    /** It waits, and is to be looked at again at this time. */
    void hold(InFlight flight, long dueMs) {
        put(flight);
        Request request = flight.request();
        Due when = new Due(dueMs, request.terms().priority(), flight.sequence(), request.id());
        dueOf.put(when.id(), when);
        due.add(when);
    }

    /** The next that is due; null if none is yet. It stays due until it is put, held or ended. */
    InFlight nextDue(long nowMs) {
        return due.isEmpty() || due.first().atMs() > nowMs
                ? null
                : flights.get(due.first().id());
    }

    void end(InFlight flight, Ended how) {
        String id = flight.request().id();
        InFlight current = flights.remove(id);
        count(current, -1);
        notDue(id);
        done.put(id, how);
    }

    void restoreDone(String id, Ended how) {
        done.put(id, how);
    }

    void forgetDone(long beforeMs, int kept) {
        Iterator<Ended> oldest = done.values().iterator();
        int excess = done.size() - kept;
        while (oldest.hasNext() && (oldest.next().endedMs() < beforeMs || excess > 0)) {
            oldest.remove();
            excess--;
        }
    }

    private void notDue(String id) {
        Due when = dueOf.remove(id);
        if (when != null) {
            due.remove(when);
        }
    }

    private void count(InFlight flight, int by) {
        if (flight != null && flight.isDispatched()) {
            allDispatched += by;
            for (String name :
                    List.of(flight.request().tenant(), flight.request().functionKey())) {
                dispatched.merge(name, by, (a, b) -> a + b == 0 ? null : a + b);
            }
        }
    }
}
