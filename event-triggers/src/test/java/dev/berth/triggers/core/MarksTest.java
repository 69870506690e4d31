package dev.berth.triggers.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("E1")
class MarksTest {
    private static final CommitNote INHERITED = note(1);

    @Test
    void aNoteTellsWhereTheTopicsWereBeforeTheRecordWasRead() {
        Marks marks = new Marks(10, INHERITED, 10);
        marks.mark(20, ends(2), false, 2);
        marks.mark(30, ends(3), false, 3);

        assertThat(marks.note(10)).isEqualTo(INHERITED);
        assertThat(marks.note(19)).isEqualTo(INHERITED);
        assertThat(marks.note(20)).isEqualTo(note(2));
        assertThat(marks.note(35)).isEqualTo(note(3));
    }

    /** What the first of three workers had finished of the records behind the committed one was not found by the third. */
    @Test
    void aNoteHoldsForAllThatWhoeverHadThePartitionBeforeMayHaveFinished() {
        Marks marks = new Marks(10, INHERITED, 50);
        marks.mark(10, ends(2), false, 2);
        marks.mark(40, ends(3), false, 3);
        marks.mark(60, ends(4), false, 4);

        assertThat(marks.note(10)).isEqualTo(INHERITED);
        assertThat(marks.note(49)).isEqualTo(INHERITED);
        assertThat(marks.note(50)).isEqualTo(note(3));
        assertThat(marks.note(60)).isEqualTo(note(4));
    }

    private static CommitNote note(long at) {
        return new CommitNote("topic", 1, at, false, at, List.of(at));
    }

    private static TopicEnds ends(long at) {
        return new TopicEnds(List.of(at), at);
    }
}
