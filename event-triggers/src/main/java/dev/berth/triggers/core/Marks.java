package dev.berth.triggers.core;

import java.util.ArrayDeque;

/**
 * Of one partition: up to which record was read when, and how far the topics of endings were then. A record at or behind a mark was
 * read after it, so all that became of it lies behind the mark's ends. One thread.
 */
public final class Marks {
    /** While a record stays unfinished the marks behind it are thinned out, so that their number stays small. */
    private static final int MOST = 1_024;

    private record Mark(long position, CommitNote note) {}

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private final long readBefore;

    /**
     * Begins, with a note that holds for all that others may have read: they finish what comes later before what comes first.
     *
     * @param inherited the note of whoever had the partition before, or a first one
     * @param readBefore nobody has read a record at or behind this offset; marks made here hold from there on
     */
    public Marks(long position, CommitNote inherited, long readBefore) {
        marks.add(new Mark(position, inherited));
        this.readBefore = readBefore;
    }

    /** The next record read will be at this position. */
    public void mark(long position, TopicEnds ends, boolean batches, long nowMs) {
        if (marks.size() == MOST) {
            thin();
        }
        CommitNote first = marks.peekFirst().note();
        marks.add(new Mark(
                Math.max(position, readBefore),
                new CommitNote(first.topicId(), first.partitions(), nowMs, batches, ends.letters(), ends.outcomes())));
    }

    /** The note for an offset behind which nothing is finished. */
    public CommitNote note(long committable) {
        Mark last = marks.peekFirst();
        while (!marks.isEmpty() && marks.peekFirst().position() <= committable) {
            last = marks.pollFirst();
        }
        marks.addFirst(last);
        return last.note();
    }

    private void thin() {
        ArrayDeque<Mark> kept = new ArrayDeque<>();
        int i = 0;
        for (Mark mark : marks) {
            if (i++ % 2 == 0) {
                kept.add(mark);
            }
        }
        marks.clear();
        marks.addAll(kept);
    }
}
