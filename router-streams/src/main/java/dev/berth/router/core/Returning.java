package dev.berth.router.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was in flight before a restart, given back and not taken up yet: until all is known, news of functions and instances must
 * not move it.
 */
final class Returning {
    private record Turn(boolean begun, long atMs, InFlight flight) {}

    private static final Comparator<Turn> IN_TURN = Comparator.comparing((Turn turn) -> !turn.begun())
            .thenComparingLong(Turn::atMs)
            .thenComparingLong(turn -> turn.flight().sequence());

    private final List<InFlight> flights = new ArrayList<>();

    void add(InFlight flight) {
        flights.add(flight);
    }

    int size() {
        return flights.size();
    }

    /**
     * Takes all, in the order in which they take their places in the lines of ordered keys: first what had begun, which was the
     * first of its line, then as they arrived; those that were delayed, by when they become due.
     */
    List<InFlight> take() {
        flights.sort(Comparator.comparingLong(InFlight::sequence));
        List<Turn> turns = new ArrayList<>(flights.size());
        long clockMs = 0;
        for (InFlight flight : flights) {
            // The clocks of two routers differ, and offsets do not: it goes on, never back.
            clockMs = Math.max(clockMs, flight.arrivedMs());
            long atMs = Math.max(clockMs, flight.request().terms().notBeforeMs());
            turns.add(new Turn(flight.attempt() > 0, atMs, flight));
        }
        flights.clear();
        turns.sort(IN_TURN);
        return turns.stream().map(Turn::flight).toList();
    }
}
