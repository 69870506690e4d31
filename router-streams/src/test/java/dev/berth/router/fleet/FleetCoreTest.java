package dev.berth.router.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.fleet.FleetCore.Heartbeat;
import dev.berth.router.fleet.FleetCore.Member;
import dev.berth.router.fleet.FleetCore.State;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("V5")
class FleetCoreTest {
    private long offset;
    private final FleetCore fleet = new FleetCore(FleetLimits.defaults(), 2);

    @Test
    void eachInstanceGetsASlotOfItsOwnAndAHigherEpochThanAnyBefore() {
        Member first = announce("i1", "p1", 0).orElseThrow();
        Member second = announce("i2", "p1", 0).orElseThrow();
        assertThat(second.slot()).isNotEqualTo(first.slot());
        assertThat(second.epoch()).isGreaterThan(first.epoch());
    }

    @Test
    void asManyInstancesAsSlotsAndNoMore() {
        announce("i1", "p1", 0);
        announce("i2", "p1", 0);
        assertThat(announce("i3", "p1", 0)).isEmpty();
        assertThat(fleet.isFull(0)).isTrue();
    }

    @Test
    void silenceLosesAnInstanceOnce() {
        Member member = announce("i1", "p1", 0).orElseThrow();
        assertThat(fleet.tick(2_999)).isEmpty();
        assertThat(fleet.tick(3_000)).extracting(Member::state).containsExactly(State.LOST);
        assertThat(fleet.tick(4_000)).isEmpty();
        assertThat(member.state()).isEqualTo(State.LIVE);
    }

    @Test
    void aLostInstanceThatSpeaksOnUnderItsOldEpochStaysLost() {
        Member member = announce("i1", "p1", 0).orElseThrow();
        fleet.tick(3_000);
        assertThat(fleet.heard(new Heartbeat("i1", "p1", member.epoch(), false, offset++), 3_100))
                .isEmpty();
        assertThat(announce("i1", "p1", 3_200).orElseThrow().epoch()).isGreaterThan(member.epoch());
    }

    @Test
    void aNewProcessOfAnInstanceFencesTheOld() {
        Member old = announce("i1", "p1", 0).orElseThrow();
        Member heir = announce("i1", "p2", 100).orElseThrow();
        assertThat(heir.epoch()).isGreaterThan(old.epoch());
        assertThat(fleet.heard(new Heartbeat("i1", "p1", old.epoch(), false, offset++), 200))
                .isEmpty();
        assertThat(fleet.heard(new Heartbeat("i1", "p1", old.epoch(), true, offset++), 300))
                .isEmpty();
    }

    @Test
    void aStoppedInstanceIsReleasedAndItsSlotRestsBeforeAnotherHasIt() {
        Member first = announce("i1", "p1", 0).orElseThrow();
        announce("i2", "p1", 0);
        assertThat(fleet.heard(new Heartbeat("i1", "p1", first.epoch(), true, offset++), 10)
                        .orElseThrow()
                        .state())
                .isEqualTo(State.RELEASED);
        assertThat(announce("i3", "p1", 1_000)).isEmpty();
        fleet.heard(new Heartbeat("i2", "p1", 2, false, offset++), 60_000);
        assertThat(announce("i3", "p1", 60_010).orElseThrow().slot()).isEqualTo(first.slot());
    }

    @Test
    void afterARestartOfTheFleetEpochsGoOnRising() {
        FleetCore heir = new FleetCore(FleetLimits.defaults(), 2);
        heir.restore(new Member("i1", "p1", 1, 41, State.LIVE, 0, -1), 0);
        assertThat(heir.heard(new Heartbeat("i2", "p1", 0, false, offset++), 0)
                        .orElseThrow()
                        .epoch())
                .isEqualTo(42);
        assertThat(heir.tick(3_000)).extracting(Member::instanceId).contains("i1");
    }

    @Test
    void whatIsReadAgainAfterARestartIsNotNews() {
        announce("i1", "p1", 0);
        Member heir = announce("i1", "p2", 100).orElseThrow();
        FleetCore restarted = new FleetCore(FleetLimits.defaults(), 2);
        restarted.restore(heir, 200);
        assertThat(restarted.heard(new Heartbeat("i1", "p1", 0, false, 0), 200)).isEmpty();
        assertThat(restarted.heard(new Heartbeat("i1", "p2", 0, false, heir.heardOffset()), 200))
                .isEmpty();
        assertThat(restarted.heard(new Heartbeat("i1", "p3", 0, false, heir.heardOffset() + 1), 300))
                .isPresent();
    }

    @Test
    void anInstanceThatSomebodyElseDeclaredLostGetsAnotherEpochInItsOwnSlot() {
        Member before = announce("i1", "p1", 0).orElseThrow();
        assertThat(announce("i1", "p1", 1_000)).as("it has not heard of it yet").isEmpty();
        // A keeper that slept while another took its place wakes up, and says that all it has not heard of are lost.
        Member again = announce("i1", "p1", 3_000).orElseThrow();
        assertThat(again.epoch()).isGreaterThan(before.epoch());
        assertThat(again.slot()).isEqualTo(before.slot());
        assertThat(announce("i1", "p1", 3_100)).isEmpty();
    }

    @Test
    void nobodyIsMissedForTheTimeInWhichNobodyCouldBeHeard() {
        announce("i1", "p1", 0);
        fleet.couldNotHear(9_000);
        assertThat(fleet.tick(9_000)).isEmpty();
        assertThat(fleet.tick(14_900)).as("it finds the broker again").isEmpty();
        assertThat(fleet.tick(15_000)).extracting(Member::state).containsExactly(State.LOST);
    }

    private Optional<Member> announce(String id, String incarnation, long nowMs) {
        return fleet.heard(new Heartbeat(id, incarnation, 0, false, offset++), nowMs);
    }
}
