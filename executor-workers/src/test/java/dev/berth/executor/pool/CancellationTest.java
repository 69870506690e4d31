package dev.berth.executor.pool;

import static dev.berth.executor.pool.Jobs.keyed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of an attempt, its container and its neighbours when it is cancelled. */
@Tag("core")
class CancellationTest {
    private static final ContainerKind THREE = new ContainerKind(Jobs.F, 100, false, null, 3);

    private final Job one = Jobs.of(THREE, keyed("1", "k"));
    private final Job other = Jobs.of(THREE, keyed("2", "k"));
    private final PoolDriver world = new PoolDriver(PoolLimits.of(2, 1_000));

    @Test
    void oneThatWaitsIsDroppedAndTheNextTakesItsTurn() {
        Job running = keyed("1", "k");
        Job waiting = keyed("2", "k");
        world.dispatch(running);
        world.startAll();
        world.dispatch(waiting);
        world.dispatch(keyed("3", "k"));
        world.cancel(waiting);
        assertThat(ending(waiting)).isInstanceOf(Ending.Cancelled.class);
        world.end(world.boxes.get("c1"));
        assertThat(world.runs).extracting(run -> run.job().id().invocationId()).containsExactly("1", "3");
    }

    @Test
    void theContainerThatWasBeingStartedForItIsKeptForTheNext() {
        Job first = keyed("1", "k");
        world.dispatch(first);
        world.cancel(first);
        world.startAll();
        world.dispatch(keyed("2", "k"));
        assertThat(world.runs).extracting(PoolAction.Run::containerId).containsExactly("c1");
        assertThat(world.boxes).hasSize(1);
    }

    @Test
    void oneThatRunsTakesItsContainerWithItAndAnotherServesItsKey() {
        Job running = keyed("1", "k");
        world.dispatch(running);
        world.startAll();
        world.dispatch(keyed("2", "k"));
        world.cancel(running);
        assertThat(ending(running)).isInstanceOf(Ending.Cancelled.class);
        assertThat(world.boxes.get("c1").life).isEqualTo(PoolDriver.Life.REMOVING);
        world.exit(world.boxes.get("c1"), true);
        world.startAll();
        assertThat(world.runs).extracting(PoolAction.Run::containerId).containsExactly("c1", "c2");
    }

    @Test
    void besideOthersItRunsOnAndItsOwnEndCounts() {
        PoolDriver.Box box = twoInOneContainer();
        world.cancel(one);
        assertThat(world.finished).isEmpty();
        assertThat(box.life).isEqualTo(PoolDriver.Life.BUSY);
        assertThat(world.pool.load().running()).isEqualTo(2);
        world.end(box, one);
        assertThat(ending(one)).isInstanceOf(Ending.Reported.class);
        world.end(box, other);
        assertThat(ending(other)).isInstanceOf(Ending.Reported.class);
        assertThat(box.life).isEqualTo(PoolDriver.Life.IDLE);
    }

    @Test
    void aContainerInWhichOnlyCancelledOnesAreLeftIsRemoved() {
        PoolDriver.Box box = twoInOneContainer();
        world.cancel(one);
        world.end(box, other);
        assertThat(ending(one)).isInstanceOf(Ending.Cancelled.class);
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
        world.exit(box, true);
        assertThat(world.finished).hasSize(2);
        assertThat(world.pool.load().running()).isZero();
    }

    @Test
    void twoNeighboursThatAreBothCancelledTakeTheirContainerWithThem() {
        PoolDriver.Box box = twoInOneContainer();
        world.cancel(one);
        world.cancel(other);
        assertThat(List.of(ending(one), ending(other)))
                .allSatisfy(end -> assertThat(end).isInstanceOf(Ending.Cancelled.class));
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
        assertThat(world.pool.load().running()).isZero();
    }

    @Test
    void oneThatIsCancelledAndHangsBesideOthersTimesOutAsAnyOther() {
        world.dispatch(one);
        world.startAll();
        world.nowMs += 1_000;
        world.dispatch(other);
        world.cancel(one);
        world.pass(2_000);
        assertThat(world.boxes.get("c1").life).isEqualTo(PoolDriver.Life.REMOVING);
        assertThat(ending(one)).isInstanceOf(Ending.TimedOut.class);
    }

    @Test
    void oneThatIsCancelledAndDoesNotReachItsContainersCodeIsNotMovedToAnother() {
        PoolDriver.Box box = twoInOneContainer();
        world.cancel(one);
        world.exit(box, List.of(one));
        assertThat(ending(one)).isInstanceOf(Ending.Cancelled.class);
        assertThat(ending(other)).isInstanceOf(Ending.ContainerExited.class);
    }

    @Test
    void oneThatHasEndedIsNotHereAnyMore() {
        Job job = keyed("1", "k");
        world.dispatch(job);
        world.startAll();
        world.end(world.boxes.get("c1"));
        world.cancel(job);
        assertThat(world.notHere).containsExactly(job.id());
        assertThat(world.boxes.get("c1").life).isEqualTo(PoolDriver.Life.IDLE);
    }

    @Test
    void oneWhosePatienceEndsAtThatVeryMomentIsToldOnce() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        Job waiting = Jobs.until(world.nowMs + 500, keyed("2", "k"));
        world.dispatch(waiting);
        world.nowMs += 500;
        world.cancel(waiting);
        assertThat(ending(waiting)).isInstanceOf(Ending.Bounced.class);
        assertThat(world.notHere).isEmpty();
    }

    @Test
    void oneThatComesAfterItsCancellationIsNotRun() {
        Job late = keyed("1", "k");
        world.cancel(late);
        assertThat(world.notHere).containsExactly(late.id());
        world.on(new PoolEvent.Dispatched(late));
        assertThat(world.suppressed).containsExactly(late);
        assertThat(world.runs).isEmpty();
    }

    private PoolDriver.Box twoInOneContainer() {
        world.dispatch(one);
        world.startAll();
        world.dispatch(other);
        return world.boxes.get("c1");
    }

    private Ending ending(Job job) {
        return world.finished.get(job.id()).ending();
    }
}
