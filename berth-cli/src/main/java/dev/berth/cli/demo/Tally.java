package dev.berth.cli.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Adds up outcomes as they are read, each against the flight it belongs to. Pure: one thread tells it what was seen, and the
 * same thread asks.
 */
final class Tally {
    private static final int KEPT_ERRORS = 5;

    private final List<Flight> flights;
    private final Map<String, Integer> indexOfId = new HashMap<>();
    private final SortedMap<String, AirportTally> airports = new TreeMap<>();
    private final SortedMap<String, InstanceTally> instances = new TreeMap<>();
    private final BitSet done = new BitSet();
    private final List<String> errors = new ArrayList<>();
    private final Histogram publishToStartUs = new Histogram(3);
    private final Histogram endToEndUs = new Histogram(3);
    private int succeeded;
    private int failed;
    private int duplicates;
    private int warm;

    /** One airport: what the file says, and what came back. */
    static final class AirportTally {
        int flights;
        long delayMinutes;
        final Map<String, Long> referenceReadsByContainer = new LinkedHashMap<>();
        final Set<Long> counts = new HashSet<>();
        String instance;
        Seen.Answer last;

        /** Every count from 1 to the number of flights was returned once, and the last mean is the file's. */
        boolean isComplete() {
            return last != null
                    && counts.size() == flights
                    && last.count() == flights
                    && Math.abs(last.meanDelay() - (double) delayMinutes / flights) < 1e-9;
        }
    }

    /** One instance: how many flights it ran, in which containers. */
    static final class InstanceTally {
        int done;
        final Set<String> containers = new HashSet<>();
    }

    Tally(List<Flight> flights) {
        this.flights = flights;
        for (int i = 0; i < flights.size(); i++) {
            Flight flight = flights.get(i);
            indexOfId.put(flight.id(), i);
            AirportTally airport = airports.computeIfAbsent(flight.origin(), origin -> new AirportTally());
            airport.flights++;
            airport.delayMinutes += flight.delayMinutes();
        }
    }

    /** Takes an outcome; one of another run is ignored, a second one for a flight is a duplicate. */
    void add(Seen seen) {
        Integer index = indexOfId.get(seen.id());
        if (index == null) {
            return;
        }
        if (done.get(index)) {
            duplicates++;
            return;
        }
        done.set(index);
        if (seen.answer() == null) {
            failed++;
            if (errors.size() < KEPT_ERRORS) {
                errors.add(seen.id() + " (" + flights.get(index).origin() + "): " + seen.error());
            }
            return;
        }
        succeeded++;
        warm += seen.warm() ? 1 : 0;
        publishToStartUs.recordValue(Math.max(0, seen.publishToStartUs()));
        endToEndUs.recordValue(Math.max(0, seen.endToEndUs()));
        InstanceTally instance = instances.computeIfAbsent(seen.instance(), id -> new InstanceTally());
        instance.done++;
        instance.containers.add(seen.container());
        add(airports.get(flights.get(index).origin()), seen);
    }

    private static void add(AirportTally airport, Seen seen) {
        airport.referenceReadsByContainer.merge(seen.container(), seen.answer().referenceReads(), Math::max);
        airport.counts.add(seen.answer().count());
        if (airport.last == null || seen.answer().count() >= airport.last.count()) {
            airport.last = seen.answer();
            airport.instance = seen.instance();
        }
    }

    /** All flights of the run, in the order of publishing. */
    List<Flight> flights() {
        return flights;
    }

    int expected() {
        return flights.size();
    }

    int done() {
        return done.cardinality();
    }

    int succeeded() {
        return succeeded;
    }

    int failed() {
        return failed;
    }

    int duplicates() {
        return duplicates;
    }

    /** The first few failures, for people. */
    List<String> errors() {
        return errors;
    }

    /** The flights that have no outcome yet, in the order of publishing. */
    List<Flight> missing() {
        List<Flight> missing = new ArrayList<>();
        for (int i = done.nextClearBit(0); i < flights.size(); i = done.nextClearBit(i + 1)) {
            missing.add(flights.get(i));
        }
        return missing;
    }

    double warmPercent() {
        return succeeded == 0 ? 0 : 100.0 * warm / succeeded;
    }

    int containers() {
        return instances.values().stream().mapToInt(i -> i.containers.size()).sum();
    }

    SortedMap<String, AirportTally> airports() {
        return airports;
    }

    SortedMap<String, InstanceTally> instances() {
        return instances;
    }

    Histogram publishToStartUs() {
        return publishToStartUs;
    }

    Histogram endToEndUs() {
        return endToEndUs;
    }
}
