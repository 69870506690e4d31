package dev.berth.sim.faults;

import java.util.PriorityQueue;

/** A clock that jumps from event to event. Events of one millisecond run in the order in which they were planned. */
final class VirtualTime {
    private record Event(long atMs, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atMs, other.atMs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowMs;
    private long planned;

    VirtualTime(long startMs) {
        nowMs = startMs;
    }

    long nowMs() {
        return nowMs;
    }

    void at(long atMs, Runnable what) {
        events.add(new Event(Math.max(atMs, nowMs), planned++, what));
    }

    void in(long delayMs, Runnable what) {
        at(nowMs + delayMs, what);
    }

    /** Runs the next event; false if there is none. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        nowMs = next.atMs();
        next.what().run();
        return true;
    }
}
