package dev.berth.executor.pool;

import static dev.berth.executor.pool.Jobs.exclusive;
import static dev.berth.executor.pool.Jobs.fresh;
import static dev.berth.executor.pool.Jobs.job;
import static dev.berth.executor.pool.Jobs.keyed;
import static dev.berth.executor.pool.Jobs.spilled;
import static dev.berth.executor.pool.Jobs.strict;
import static dev.berth.executor.pool.Jobs.succeededBy;
import static dev.berth.executor.pool.Jobs.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the router may ask of an instance beside running a job. */
@Tag("core")
class PoolOrdersTest {
    private static final FunctionKey NEXT_REVISION = new FunctionKey("t", "f", 2);
    private static final FunctionKey OTHER_TENANT = new FunctionKey("u", "f", 1);

    private PoolDriver world = new PoolDriver(PoolLimits.of(4, 1_000));

    @Test
    @Tag("R12")
    void whatMayNotWaitIsHandedBackAtOnceWhenItsContainerIsBusy() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(until(1, keyed("2", "k")));
        assertThat(bounce("2")).isEqualTo(Ending.Why.BUSY);
    }

    @Test
    @Tag("R12")
    void whatMayNotWaitStillRunsOrIsStartedFor() {
        world.dispatch(until(1, keyed("1", "k")));
        world.pass(1_000);
        world.settle();
        world.dispatch(until(1, keyed("2", "k")));
        assertThat(world.runs).hasSize(2);
    }

    @Test
    @Tag("R12")
    void whatMayWaitIsHandedBackWhenItsPatienceEndsAndThePoolSaysWhenThatIs() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(until(world.nowMs + 40, keyed("2", "k")));
        world.dispatch(until(world.nowMs + 30, keyed("3", "k")));
        assertThat(world.pool.nextBoundMs()).isEqualTo(world.nowMs + 30);
        world.pass(30);
        assertThat(bounce("3")).isEqualTo(Ending.Why.BUSY);
        assertThat(world.finished).hasSize(1);
        world.pass(10);
        assertThat(bounce("2")).isEqualTo(Ending.Why.BUSY);
        assertThat(world.pool.nextBoundMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Tag("R1")
    void aKeyWhoseFirstJobFoundAnotherContainerThanTheOneBeingStartedForItHasOnlyThat() {
        world.dispatch(keyed("1", "a"));
        world.startAll();
        world.dispatch(fresh(keyed("2", "k")));
        world.end(box("c1"));
        assertThat(world.runs.get(1).containerId()).isEqualTo("c1");
        world.startAll();
        world.dispatch(keyed("3", "k"));
        assertThat(world.runs).hasSize(2);
        world.end(box("c1"));
        assertThat(world.runs.get(2).containerId()).isEqualTo("c1");
    }

    @Test
    @Tag("R12")
    void waitingForRoomIsBoundedToo() {
        world = new PoolDriver(PoolLimits.of(1, 1_000));
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(Jobs.of(OTHER_TENANT, until(world.nowMs + 5, job("2"))));
        world.pass(5);
        assertThat(bounce("2")).isEqualTo(Ending.Why.BUSY);
    }

    @Test
    @Tag("R9")
    void aStrictJobIsAnsweredTheSameWhyeverItsContainerWillNotDo() {
        world.dispatch(exclusive("1", "k"));
        world.dispatch(keyed("0", "other"));
        world.settle();
        PoolDriver.Box old = world.boxes.values().iterator().next();
        world.dispatch(strict("2", "k", "c99"));
        world.dispatch(Jobs.of(OTHER_TENANT, strict("3", "k", old.id)));
        world.dispatch(Jobs.of(NEXT_REVISION, strict("4", "k", old.id)));
        world.dispatch(Jobs.of(new ContainerKind(Jobs.F, 100, true), strict("5", "q", old.id)));
        world.dispatch(strict("6", "k", null));
        world.dispatch(strict("7", null, "c99"));
        for (String id : List.of("2", "3", "4", "5", "6", "7")) {
            assertThat(bounce(id)).as(id).isEqualTo(Ending.Why.GONE);
            assertThat(ending(id)).isEqualTo(ending("2"));
        }
    }

    @Test
    @Tag("R6")
    @Tag("R12")
    void aStrictJobWaitsForItsContainerAndNoOther() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(fresh(keyed("2", "k")));
        world.startAll();
        world.end(box("c2"));
        world.dispatch(strict("3", "k", "c1"));
        world.dispatch(until(1, strict("4", "k", "c1")));
        assertThat(bounce("4")).isEqualTo(Ending.Why.BUSY);
        assertThat(world.runs).hasSize(2);
        world.end(box("c1"));
        assertThat(world.runs.get(2).containerId()).isEqualTo("c1");
    }

    @Test
    @Tag("R13")
    void aStrictJobWhoseContainerGoesWhileItWaitsIsHandedBack() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(strict("2", "k", "c1"));
        world.exit(box("c1"), true);
        assertThat(bounce("2")).isEqualTo(Ending.Why.GONE);
    }

    @Test
    @Tag("R18")
    void aFreshJobOfABusyKeyGetsAnIdleContainerOfTheFunctionBeforeANewOne() {
        world.dispatch(keyed("1", "k"));
        world.dispatch(keyed("2", "other"));
        world.startAll();
        world.end(box("c2"));
        world.dispatch(fresh(keyed("3", "k")));
        assertThat(world.runs.get(2).containerId()).isEqualTo("c2");
        world.dispatch(fresh(keyed("4", "k")));
        world.startAll();
        assertThat(world.runs.get(3).containerId()).isEqualTo("c3");
    }

    @Test
    @Tag("R18")
    void whicheverContainerOfAKeyIsFreeFirstRunsItsLongestWaitingJob() {
        world.dispatch(keyed("1", "k"));
        world.dispatch(fresh(keyed("2", "k")));
        world.startAll();
        world.dispatch(keyed("3", "k"));
        world.dispatch(keyed("4", "k"));
        world.end(box("c2"));
        world.end(box("c1"));
        assertThat(world.runs)
                .extracting(run -> run.job().id().invocationId(), PoolAction.Run::containerId)
                .endsWith(tuple("3", "c2"), tuple("4", "c1"));
    }

    @Test
    @Tag("R18")
    void ofItsIdleContainersAKeyUsesTheNamedElseTheLastUsed() {
        world.dispatch(keyed("1", "k"));
        world.dispatch(fresh(keyed("2", "k")));
        world.startAll();
        world.nowMs += 5;
        world.end(box("c1"));
        world.nowMs += 5;
        world.end(box("c2"));
        world.dispatch(keyed("3", "k"));
        assertThat(world.runs.get(2).containerId()).isEqualTo("c2");
        world.nowMs += 5;
        world.end(box("c2"));
        world.dispatch(Jobs.hinted("4", "k", "c1"));
        assertThat(world.runs.get(3).containerId()).isEqualTo("c1");
    }

    @Test
    @Tag("R12")
    void aSpilledJobSaysSoUnlessTheContainerHadServedItsKey() {
        world.dispatch(keyed("1", "k"));
        world.dispatch(keyed("2", "other"));
        world.startAll();
        world.end(box("c2"));
        world.dispatch(spilled(fresh(keyed("3", "k"))));
        assertThat(world.runs.get(2).reuse()).isEqualTo(Reuse.SPILLED);
        world.end(box("c2"));
        assertThat(world.finished.get(new AttemptId("3", 1)).firstOfKey()).isTrue();
        world.dispatch(spilled(fresh(keyed("4", "k"))));
        assertThat(world.runs.get(3).reuse()).isEqualTo(Reuse.WARM);
        world.end(box("c2"));
        assertThat(world.finished.get(new AttemptId("4", 1)).firstOfKey()).isFalse();
    }

    @Test
    @Tag("R15")
    void theSuccessorOfAnOldContainerIsMadeReadyMeanwhile() {
        world.dispatch(keyed("1", "k"));
        world.settle();
        world.on(new PoolEvent.RevisionsChanged("t", "f", Set.of(2L)));
        world.dispatch(succeededBy(NEXT_REVISION, keyed("2", "k")));
        assertThat(world.runs.get(1).containerId()).isEqualTo("c1");
        world.dispatch(succeededBy(NEXT_REVISION, keyed("3", "k")));
        world.settle();
        assertThat(world.boxes).as("one, however many ask").hasSize(2);
        assertThat(world.pool.warm()).contains(new WarmSet(NEXT_REVISION, 1, 0, 0));
        world.dispatch(Jobs.of(NEXT_REVISION, keyed("4", "k")));
        assertThat(world.runs.get(3).containerId()).isEqualTo("c2");
        assertThat(world.runs.get(3).reuse()).isEqualTo(Reuse.PREWARMED);
    }

    @Test
    @Tag("R15")
    void aSuccessorThatDoesNotStartHurtsNobodyAndIsTriedAgainAtLeisure() {
        world.dispatch(keyed("1", "k"));
        world.settle();
        world.dispatch(succeededBy(NEXT_REVISION, keyed("2", "k")));
        world.on(new PoolEvent.StartFailed("c2", "Runtime.ImportModuleError", "no module"));
        world.settle();
        assertThat(ending("2")).isInstanceOf(Ending.Reported.class);
        world.dispatch(succeededBy(NEXT_REVISION, keyed("3", "k")));
        world.settle();
        assertThat(world.boxes).hasSize(1);
        world.pass(10_000);
        world.dispatch(succeededBy(NEXT_REVISION, keyed("4", "k")));
        assertThat(world.boxes).hasSize(2);
    }

    @Test
    @Tag("R15")
    void aSuccessorTakesNoSlotThatIsNeededAndEvictsNothingBusy() {
        world = new PoolDriver(PoolLimits.of(1, 100));
        world.dispatch(keyed("1", "k"));
        world.settle();
        world.dispatch(succeededBy(NEXT_REVISION, keyed("2", "k")));
        world.settle();
        assertThat(world.boxes).containsOnlyKeys("c1");
        assertThat(ending("2")).isInstanceOf(Ending.Reported.class);
    }

    private PoolDriver.Box box(String id) {
        return world.boxes.get(id);
    }

    private Ending ending(String id) {
        return world.finished.get(new AttemptId(id, 1)).ending();
    }

    private Ending.Why bounce(String id) {
        return ((Ending.Bounced) ending(id)).why();
    }
}
