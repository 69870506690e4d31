package dev.berth.triggers.engine;

import dev.berth.triggers.core.CommitNote;
import java.util.ArrayDeque;

/**
 * Of one partition: up to which record was read when, and how far the topics of endings were then. A record at or behind a mark was
 * read after it, so all that became of it lies behind the mark's ends. One thread.
 */
final class Marks {
    /** While a record stays unfinished the marks behind it are thinned out, so that their number stays small. */
    private static final int MOST = 1_024;

    private record Mark(long position, CommitNote note) {}

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    /** @param inherited the note of whoever had the partition before, or a first one */
    Marks(long position, CommitNote inherited) {
        marks.add(new Mark(position, inherited));
    }

    /** The next record read will be at this position. */
    void mark(long position, OutcomeFeed.Ends ends, boolean batches, long nowMs) {
        if (marks.size() == MOST) {
            thin();
        }
        CommitNote first = marks.peekFirst().note();
        marks.add(new Mark(
                position,
                new CommitNote(first.topicId(), first.partitions(), nowMs, batches, ends.letters(), ends.outcomes())));
    }

    /** The note for an offset behind which nothing is finished. */
    CommitNote note(long committable) {
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
