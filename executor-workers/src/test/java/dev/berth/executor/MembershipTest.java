package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.executor.Membership.Word;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("V5")
class MembershipTest {
    private final Membership membership = new Membership("i1", "now");

    @Test
    void anAssignmentOfOursIsWorkedUnderOnce() {
        assertThat(says("now", 5, AssignmentState.LIVE)).isEqualTo(Word.WORK);
        assertThat(says("now", 5, AssignmentState.LIVE)).isEqualTo(Word.NOTHING);
        assertThat(says("now", 4, AssignmentState.LIVE)).isEqualTo(Word.NOTHING);
    }

    @Test
    void whatWasSaidOfPastLivesIsNothing() {
        assertThat(says("before", 9, AssignmentState.LIVE)).isEqualTo(Word.NOTHING);
        assertThat(says("now", 10, AssignmentState.LIVE)).isEqualTo(Word.WORK);
        assertThat(says("before", 9, AssignmentState.LOST)).isEqualTo(Word.NOTHING);
    }

    @Test
    void aLostInstanceRejoinsUnderAHigherEpochOnly() {
        says("now", 5, AssignmentState.LIVE);
        assertThat(says("now", 5, AssignmentState.LOST)).isEqualTo(Word.REJOIN);
        assertThat(says("now", 5, AssignmentState.LIVE)).isEqualTo(Word.NOTHING);
        assertThat(says("now", 6, AssignmentState.LIVE)).isEqualTo(Word.WORK);
    }

    @Test
    void anotherIncarnationWithAHigherEpochHasTakenTheName() {
        says("now", 5, AssignmentState.LIVE);
        says("now", 5, AssignmentState.LOST);
        assertThat(says("later", 6, AssignmentState.LIVE)).isEqualTo(Word.USURPED);
    }

    @Test
    void drainingIsObeyedAndOtherInstancesAreNotOurs() {
        says("now", 5, AssignmentState.LIVE);
        assertThat(says("now", 5, AssignmentState.DRAINING)).isEqualTo(Word.DRAIN);
        Assignment foreign = new Assignment("i2", "later", 0, 99L, AssignmentState.LIVE, 0L, -1L);
        assertThat(membership.on(foreign)).isEqualTo(Word.NOTHING);
    }

    private Word says(String incarnation, long epoch, AssignmentState state) {
        return membership.on(new Assignment("i1", incarnation, 0, epoch, state, 0L, -1L));
    }
}
