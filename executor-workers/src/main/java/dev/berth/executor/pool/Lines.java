package dev.berth.executor.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** All that wait: by line, by arrival, and by when their patience ends. */
final class Lines {
    private static final Comparator<Waiting> BOUND = Comparator.<Waiting>comparingLong(waiting -> waiting.boundMs)
            .thenComparingLong(waiting -> waiting.sequence);

    private final ContainerTable containers;
    private final TreeMap<Long, Line> byHead = new TreeMap<>();
    private final TreeSet<Waiting> bounded = new TreeSet<>(BOUND);
    private int size;
    private int claims;
    private long bytes;

    Lines(ContainerTable containers) {
        this.containers = containers;
    }

    void add(Line line, Waiting waiting) {
        if (line.isEmpty()) {
            line.awaits().forEach(container -> containers.await(container, +1));
        } else {
            byHead.remove(line.head().sequence);
        }
        waiting.line = line;
        line.jobs.add(waiting);
        line.fresh += waiting.job.order().fresh() ? 1 : 0;
        byHead.put(line.head().sequence, line);
        size++;
        bytes += waiting.job.payloadBytes();
        watch(waiting);
    }

    /** Takes a job out, which gives up the container that is being started for it. */
    void remove(Waiting waiting) {
        Line line = waiting.line;
        claim(null, waiting);
        unwatch(waiting);
        byHead.remove(line.head().sequence);
        line.jobs.remove(waiting);
        line.fresh -= waiting.job.order().fresh() ? 1 : 0;
        if (line.isEmpty()) {
            line.awaits().forEach(container -> containers.await(container, -1));
        } else {
            byHead.put(line.head().sequence, line);
        }
        waiting.line = null;
        size--;
        bytes -= waiting.job.payloadBytes();
    }

    /** A container is being started for this job; null for none any more. */
    void claim(Container container, Waiting waiting) {
        if (waiting.own == container) {
            return;
        }
        if (waiting.own != null) {
            waiting.own.claimedBy = null;
            claims--;
        }
        unwatch(waiting);
        waiting.own = container;
        if (container != null) {
            container.claimedBy = waiting;
            claims++;
        }
        watch(waiting);
    }

    /** The line whose first job came next after this one's; null if there is none. */
    Line after(long sequence) {
        var entry = byHead.higherEntry(sequence);
        return entry == null ? null : entry.getValue();
    }

    /** All that match, by line. */
    List<Waiting> matching(Predicate<Waiting> which) {
        List<Waiting> matching = new ArrayList<>();
        for (Line line : byHead.values()) {
            for (Waiting waiting : line.jobs) {
                if (which.test(waiting)) {
                    matching.add(waiting);
                }
            }
        }
        return matching;
    }

    /** One whose patience has ended; null if there is none. */
    Waiting impatient(long nowMs) {
        return nextBoundMs() <= nowMs ? bounded.first() : null;
    }

    /** When the next one's patience ends; {@link Long#MAX_VALUE} for never. */
    long nextBoundMs() {
        return bounded.isEmpty() ? Long.MAX_VALUE : bounded.first().boundMs;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** How many of them have a container of their own on its way. */
    int claims() {
        return claims;
    }

    long bytes() {
        return bytes;
    }

    private void watch(Waiting waiting) {
        waiting.boundMs = waiting.patienceEndsMs();
        if (waiting.boundMs < Long.MAX_VALUE) {
            bounded.add(waiting);
        }
    }

    private void unwatch(Waiting waiting) {
        bounded.remove(waiting);
    }
}
