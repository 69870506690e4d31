package dev.berth.replay.core;

import dev.berth.schemas.ReplayCounts;
import dev.berth.schemas.ReplayPosition;
import dev.berth.schemas.ReplayRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a replay is: what was read of each partition and is not finished, and the counts. Invocations end in any order; a partition's
 * position moves over what is finished without a gap. Counts are kept twice: of all that was read, and of what lies before the
 * positions, which is where a successor begins.
 *
 * <p>Each record is told of once, in the order of its partition: as left out, put back, on its way back or published; one on its way or
 * published once more when it has arrived or ended. Used by one thread.
 */
public final class Window {
    /** So many records may lie behind one that does not end. */
    static final int MOST_HELD = 100_000;

    private enum State {
        OPEN,
        SUCCEEDED,
        FAILED,
        PUT_BACK,
        LEFT_OUT
    }

    private static final class Entry {
        private final long offset;
        private String reason;
        private State state;

        Entry(long offset, State state, String reason) {
            this.offset = offset;
            this.state = state;
            this.reason = reason;
        }
    }

    private static final class Partition {
        private final ArrayDeque<Entry> entries = new ArrayDeque<>();
        private long finished;
        private long read;

        Partition(long offset) {
            this.finished = offset;
            this.read = offset;
        }
    }

    private final Map<Integer, Partition> partitions = new TreeMap<>();
    private final Map<String, Entry> open = new HashMap<>();
    private final Map<String, Integer> partitionOf = new HashMap<>();
    private final ReplayCounts counts;
    private final ReplayCounts finished;
    private int held;

    /**
     * Goes on from where a replay was, or begins it.
     *
     * @param positions empty at the beginning
     * @param finished the counts before those positions
     */
    public Window(List<ReplayRange> ranges, List<ReplayPosition> positions, ReplayCounts finished) {
        ranges.forEach(range -> partitions.put(range.getPartition(), new Partition(range.getFromOffset())));
        positions.forEach(position -> partitions.put(position.getPartition(), new Partition(position.getOffset())));
        this.counts = copy(finished);
        this.finished = copy(finished);
    }

    /** Where to read on. */
    public long position(int partition) {
        return partitions.get(partition).finished;
    }

    /** Whether another record may be read. */
    public boolean mayRead() {
        return held < MOST_HELD;
    }

    /** How many were published or put back and have not ended or arrived. */
    public int unfinished() {
        return open.size();
    }

    /** Whether an invocation was published and has not ended. */
    public boolean isOpen(String id) {
        return open.containsKey(id);
    }

    /** A record is not done again. */
    public void leftOut(int partition, long offset, LeftOut reason) {
        count(counts.getLeftOut(), reason.word(), 1);
        add(partition, new Entry(offset, State.LEFT_OUT, reason.word()));
    }

    /** Records up to an offset are not there any more. */
    public void expired(int partition, long toOffset) {
        Partition at = partitions.get(partition);
        long gone = toOffset - at.read;
        if (gone > 0 && at.entries.isEmpty()) {
            count(counts.getLeftOut(), LeftOut.EXPIRED.word(), gone);
            count(finished.getLeftOut(), LeftOut.EXPIRED.word(), gone);
            at.read = toOffset;
            at.finished = toOffset;
        }
    }

    /** A record is on its topic again. */
    public void putBack(int partition, long offset) {
        counts.setPutBack(counts.getPutBack() + 1);
        add(partition, new Entry(offset, State.PUT_BACK, null));
    }

    /** The record of a letter is on its way to its topic. */
    public void puttingBack(int partition, long offset, String letter) {
        open(partition, offset, letter);
    }

    /** The record of a letter on its way is on its topic again, or its topic does not take it. */
    public void arrived(String letter, boolean taken) {
        Entry entry = open.remove(letter);
        if (entry == null) {
            // Sent by an attempt before this one.
            return;
        }
        if (taken) {
            entry.state = State.PUT_BACK;
            counts.setPutBack(counts.getPutBack() + 1);
        } else {
            entry.state = State.LEFT_OUT;
            entry.reason = LeftOut.REFUSED.word();
            count(counts.getLeftOut(), entry.reason, 1);
        }
        advance(partitions.get(partitionOf.remove(letter)));
    }

    /** An invocation was published. */
    public void published(int partition, long offset, String id) {
        counts.setPublished(counts.getPublished() + 1);
        open(partition, offset, id);
    }

    /** An invocation ended; one that is not open was told before, or is none of these, and does not count. */
    public void ended(String id, boolean succeeded) {
        Entry entry = open.remove(id);
        if (entry == null) {
            return;
        }
        entry.state = succeeded ? State.SUCCEEDED : State.FAILED;
        countEnding(counts, succeeded);
        advance(partitions.get(partitionOf.remove(id)));
    }

    /** All of a partition was read, whatever its last offsets hold (a topic may have gaps). */
    public void readTo(int partition, long offset) {
        Partition at = partitions.get(partition);
        at.read = Math.max(at.read, offset);
        advance(at);
    }

    /** How far each partition is. */
    public List<ReplayPosition> positions() {
        List<ReplayPosition> positions = new ArrayList<>();
        partitions.forEach((partition, at) -> positions.add(new ReplayPosition(partition, at.finished, at.read)));
        return positions;
    }

    /** Of all that was read. */
    public ReplayCounts counts() {
        return copy(counts);
    }

    /** Of what lies before the positions. */
    public ReplayCounts finished() {
        return copy(finished);
    }

    private void open(int partition, long offset, String id) {
        Entry entry = new Entry(offset, State.OPEN, null);
        open.put(id, entry);
        partitionOf.put(id, partition);
        add(partition, entry);
    }

    private void add(int partition, Entry entry) {
        Partition at = partitions.get(partition);
        if (entry.offset < at.read) {
            throw new IllegalArgumentException(
                    "Offset " + entry.offset + " of partition " + partition + " comes after " + at.read);
        }
        at.entries.add(entry);
        at.read = entry.offset + 1;
        held++;
        advance(at);
    }

    private void advance(Partition at) {
        while (!at.entries.isEmpty() && at.entries.peek().state != State.OPEN) {
            Entry entry = at.entries.poll();
            held--;
            at.finished = entry.offset + 1;
            switch (entry.state) {
                case SUCCEEDED, FAILED -> {
                    finished.setPublished(finished.getPublished() + 1);
                    countEnding(finished, entry.state == State.SUCCEEDED);
                }
                case PUT_BACK -> finished.setPutBack(finished.getPutBack() + 1);
                case LEFT_OUT -> count(finished.getLeftOut(), entry.reason, 1);
                case OPEN -> throw new IllegalStateException("An open entry was passed over");
            }
        }
        if (at.entries.isEmpty()) {
            at.finished = at.read;
        }
    }

    private static void countEnding(ReplayCounts counts, boolean succeeded) {
        if (succeeded) {
            counts.setSucceeded(counts.getSucceeded() + 1);
        } else {
            counts.setFailed(counts.getFailed() + 1);
        }
    }

    private static void count(Map<String, Long> reasons, String reason, long more) {
        reasons.merge(reason, more, Long::sum);
    }

    /** The same counts in another record, which can be written to. */
    public static ReplayCounts copy(ReplayCounts counts) {
        return new ReplayCounts(
                counts.getPublished(),
                counts.getSucceeded(),
                counts.getFailed(),
                counts.getPutBack(),
                new HashMap<>(counts.getLeftOut()));
    }

    /** Nothing yet. */
    public static ReplayCounts none() {
        return new ReplayCounts(0L, 0L, 0L, 0L, new HashMap<>());
    }
}
