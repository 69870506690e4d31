package dev.berth.executor.pool;

import static dev.berth.executor.pool.Jobs.exclusive;
import static dev.berth.executor.pool.Jobs.hinted;
import static dev.berth.executor.pool.Jobs.job;
import static dev.berth.executor.pool.Jobs.keyed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class PoolTest {
    private static final FunctionKey NEXT_REVISION = new FunctionKey("t", "f", 2);
    private static final FunctionKey OTHER_TENANT = new FunctionKey("u", "f", 1);

    private PoolDriver world = new PoolDriver(PoolLimits.of(4, 1_000));

    @Test
    @Tag("R1")
    void theSecondInvocationOfAKeyFindsTheContainerOfTheFirst() {
        world.dispatch(keyed("1", "k"));
        world.settle();
        world.dispatch(keyed("2", "k"));
        assertThat(world.runs)
                .extracting(PoolAction.Run::containerId, PoolAction.Run::reuse)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("c1", Reuse.COLD),
                        org.assertj.core.groups.Tuple.tuple("c1", Reuse.WARM));
    }

    @Test
    @Tag("R1")
    void aBusyPinIsWaitedForThoughOthersAreIdle() {
        world.dispatch(keyed("1", "a"));
        world.dispatch(keyed("2", "b"));
        world.startAll();
        world.dispatch(keyed("3", "a"));
        world.end(box("c2"));
        assertThat(world.runs).hasSize(2);
        world.end(box("c1"));
        assertThat(world.runs.get(2).containerId()).isEqualTo("c1");
    }

    @Test
    @Tag("R22")
    void keysShareContainersOnceTheSlotsAreTaken() {
        for (int i = 0; i < 40; i++) {
            world.dispatch(keyed("" + i, "k" + i));
        }
        world.settle();
        assertThat(world.boxes).hasSize(4);
        assertThat(world.boxes.values()).allSatisfy(box -> assertThat(box.ran).hasSize(10));
    }

    @Test
    @Tag("R22")
    void anExclusiveContainerServesOneKeyForLife() {
        world.dispatch(exclusive("1", "a"));
        world.settle();
        world.dispatch(exclusive("2", "b"));
        world.settle();
        world.dispatch(exclusive("3", "a"));
        world.settle();
        assertThat(world.runs).extracting(PoolAction.Run::containerId).containsExactly("c1", "c2", "c1");
    }

    @Test
    @Tag("R9")
    void anotherTenantsContainerIsAnsweredAsOneThatIsGone() {
        world.dispatch(keyed("1", "k"));
        world.settle();
        world.dispatch(Jobs.of(OTHER_TENANT, hinted("2", "k", "c1")));
        world.dispatch(Jobs.of(OTHER_TENANT, hinted("3", "q", "c99")));
        world.settle();
        assertThat(world.runs.get(1).containerId()).isNotEqualTo("c1");
        assertThat(world.runs.get(1).reuse()).isEqualTo(Reuse.REPLACED);
        assertThat(world.runs.get(2).reuse()).isEqualTo(Reuse.REPLACED);
    }

    @Test
    @Tag("R6")
    void aNamedContainerRunsAnInvocationWithoutKey() {
        world.dispatch(keyed("1", "a"));
        world.dispatch(keyed("2", "b"));
        world.settle();
        world.dispatch(hinted("3", null, "c2"));
        assertThat(world.runs.get(2).containerId()).isEqualTo("c2");
    }

    @Test
    @Tag("R15")
    void aNewRevisionNeverRunsInAnOldContainerAndEvictsItFirst() {
        world = new PoolDriver(PoolLimits.of(4, 300));
        world.dispatch(Jobs.of(OTHER_TENANT, keyed("0", "x")));
        world.settle();
        world.dispatch(keyed("1", "k"));
        world.dispatch(keyed("2", "l"));
        world.settle();
        world.on(new PoolEvent.RevisionsChanged("t", "f", Set.of(2L)));
        world.dispatch(Jobs.of(NEXT_REVISION, keyed("3", "k")));
        assertThat(box("c1").life).as("the least recently used, but current").isEqualTo(PoolDriver.Life.IDLE);
        assertThat(box("c2").life).as("of the replaced revision").isEqualTo(PoolDriver.Life.REMOVING);
        world.settle();
        assertThat(world.runs.get(3).containerId()).isEqualTo("c4");
        assertThat(world.runs.get(3).reuse()).isEqualTo(Reuse.COLD);
    }

    @Test
    void anInvocationWithoutKeyTakesTheFirstContainerThatIsFree() {
        world = new PoolDriver(PoolLimits.of(2, 1_000));
        for (int i = 1; i <= 3; i++) {
            world.dispatch(job("" + i));
        }
        world.startAll();
        world.end(box("c2"));
        assertThat(world.runs).extracting(PoolAction.Run::containerId).containsExactly("c1", "c2", "c2");
    }

    @Test
    void anInvocationWithoutRoomIsBouncedAfterItsWait() {
        world = new PoolDriver(PoolLimits.of(1, 1_000));
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(Jobs.of(OTHER_TENANT, keyed("2", "k")));
        world.pass(2_900);
        assertThat(world.finished).isEmpty();
        world.end(box("c1"));
        assertThat(world.boxes).as("a freed slot is taken by who waited").hasSize(2);

        world = new PoolDriver(PoolLimits.of(1, 1_000)
                .with()
                .roomWaitMs(1_000)
                .pauseAfterMs(PoolLimits.NEVER)
                .build());
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(Jobs.of(OTHER_TENANT, keyed("2", "k")));
        world.pass(1_000);
        assertThat(ending("2")).isInstanceOf(Ending.Bounced.class);
    }

    @Test
    @Tag("C6")
    void aPausedContainerCountsAsWarmIsUnpausedForWorkAndCanBeEvicted() {
        world = new PoolDriver(PoolLimits.of(1, 100).pausingAfterMs(1_000));
        world.dispatch(keyed("1", "a"));
        world.startAll();
        world.end(box("c1"));
        world.pass(999);
        assertThat(box("c1").paused).isFalse();
        world.pass(1);
        assertThat(box("c1").paused).isTrue();
        assertThat(world.pool.warm()).containsExactly(new WarmSet(Jobs.F, 1, 0, 0));
        world.dispatch(keyed("2", "a"));
        assertThat(box("c1").paused).isFalse();
        assertThat(world.runs).extracting(PoolAction.Run::reuse).containsExactly(Reuse.COLD, Reuse.WARM);
        world.end(box("c1"));
        world.pass(1_000);
        assertThat(box("c1").paused).isTrue();
        world.dispatch(Jobs.of(OTHER_TENANT, keyed("3", "b")));
        assertThat(box("c1").life).isEqualTo(PoolDriver.Life.REMOVING);
    }

    @Test
    void anIdleContainerWithQueuedWorkIsNeverEvicted() {
        world = new PoolDriver(PoolLimits.of(1, 200));
        world.dispatch(keyed("1", "a"));
        world.startAll();
        world.dispatch(keyed("2", "a"));
        world.dispatch(Jobs.of(OTHER_TENANT, keyed("3", "b")));
        world.end(box("c1"));
        assertThat(world.runs).extracting(run -> run.job().id().invocationId()).containsExactly("1", "2");
        world.settle();
        assertThat(world.runs).hasSize(3);
    }

    @Test
    void aDeadlineThatPassesInTheQueueEndsTheInvocation() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(Jobs.due(world.nowMs + 50, keyed("2", "k")));
        world.pass(50);
        assertThat(ending("2"))
                .isInstanceOfSatisfying(
                        Ending.TimedOut.class,
                        ended -> assertThat(ended.errorType()).isEqualTo("DeadlineExceeded"));
    }

    @Test
    void aTimeoutKillsTheContainerAndItsQueueMovesOnAsReplaced() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(keyed("2", "k"));
        world.dispatch(keyed("3", "k"));
        world.pass(3_000);
        assertThat(ending("1"))
                .isInstanceOfSatisfying(
                        Ending.TimedOut.class,
                        ended -> assertThat(ended.message()).endsWith("Task timed out after 3.00 seconds"));
        assertThat(box("c1").life).isEqualTo(PoolDriver.Life.REMOVING);
        world.settle();
        assertThat(world.runs)
                .extracting(run -> run.job().id().invocationId(), PoolAction.Run::containerId, PoolAction.Run::reuse)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("1", "c1", Reuse.COLD),
                        org.assertj.core.groups.Tuple.tuple("2", "c2", Reuse.REPLACED),
                        org.assertj.core.groups.Tuple.tuple("3", "c2", Reuse.REPLACED));
    }

    @Test
    void aContainerThatExitsEndsWhatItRunsAndNothingElse() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(keyed("2", "k"));
        world.exit(box("c1"), true);
        assertThat(ending("1")).isInstanceOf(Ending.ContainerExited.class);
        world.settle();
        assertThat(ending("2")).isInstanceOf(Ending.Reported.class);
    }

    @Test
    void anInvocationThatNeverReachedItsCodeRunsElsewhereButNotForEver() {
        world.dispatch(keyed("1", "k"));
        for (int i = 0; i < 4; i++) {
            world.startAll();
            world.exit(world.boxes.values().iterator().next(), false);
        }
        assertThat(ending("1")).isInstanceOf(Ending.ContainerExited.class);
    }

    @Test
    void aFailedInitEndsAllThatWaitedForThatContainer() {
        world = new PoolDriver(PoolLimits.of(1, 1_000));
        world.dispatch(keyed("1", "a"));
        world.dispatch(keyed("2", "b"));
        world.on(new PoolEvent.StartFailed("c1", "Runtime.ImportModuleError", "no module"));
        assertThat(List.of(ending("1"), ending("2")))
                .allSatisfy(ending -> assertThat(ending).isInstanceOf(Ending.InitFailed.class));
    }

    @Test
    void aFailedInitEndsTheSharedInvocationItWasStartedFor() {
        world.dispatch(job("1"));
        world.on(new PoolEvent.StartFailed("c1", "Runtime.ImportModuleError", "no module"));
        assertThat(ending("1")).isInstanceOf(Ending.InitFailed.class);
    }

    @Test
    void initHasTenSeconds() {
        world.dispatch(keyed("1", "k"));
        world.on(new PoolEvent.ContainerLaunched("c1"));
        world.pass(9_999);
        assertThat(world.finished).isEmpty();
        world.pass(1);
        assertThat(ending("1"))
                .isInstanceOfSatisfying(
                        Ending.InitFailed.class,
                        ended -> assertThat(ended.errorType()).isEqualTo("Runtime.InitTimeout"));
    }

    @Test
    void anAttemptRunsOnceHoweverOftenItComes() {
        world.dispatch(keyed("1", "k"));
        world.settle();
        world.dispatch(keyed("1", "k"));
        assertThat(world.suppressed).hasSize(1);
        assertThat(world.runs).hasSize(1);
    }

    @Test
    void anAttemptThatWasSentBackIsNotRunWhenItComesAgain() {
        world.on(new PoolEvent.Drain());
        world.dispatch(keyed("1", "k"));
        assertThat(ending("1")).isInstanceOf(Ending.Bounced.class);
        world.dispatch(keyed("1", "k"));
        assertThat(world.suppressed).hasSize(1);
    }

    @Test
    void fencingForgetsWhatWaitsAndLetsItComeAgain() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(keyed("2", "k"));
        world.on(new PoolEvent.Fenced());
        assertThat(world.forgotten).containsExactly(new AttemptId("2", 1));
        world.dispatch(keyed("2", "k"));
        world.settle();
        assertThat(ending("2")).isInstanceOf(Ending.Reported.class);
    }

    @Test
    void drainingHandsBackWhatHasNotStarted() {
        world.dispatch(keyed("1", "k"));
        world.startAll();
        world.dispatch(keyed("2", "k"));
        world.on(new PoolEvent.Drain());
        world.dispatch(keyed("3", "k"));
        assertThat(ending("2")).isInstanceOf(Ending.Bounced.class);
        assertThat(ending("3")).isInstanceOf(Ending.Bounced.class);
        world.end(box("c1"));
        assertThat(ending("1")).isInstanceOf(Ending.Reported.class);
    }

    private PoolDriver.Box box(String id) {
        return world.boxes.get(id);
    }

    private Ending ending(String id) {
        return world.finished.get(new AttemptId(id, 1)).ending();
    }
}
