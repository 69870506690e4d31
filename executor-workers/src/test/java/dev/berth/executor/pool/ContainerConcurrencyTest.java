package dev.berth.executor.pool;

import static dev.berth.executor.pool.Jobs.fresh;
import static dev.berth.executor.pool.Jobs.keyed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers that run several jobs at a time. */
@Tag("core")
class ContainerConcurrencyTest {
    private static final ContainerKind THREE = new ContainerKind(Jobs.F, 100, false, null, 3);

    private final PoolDriver world = new PoolDriver(PoolLimits.of(5, 1_000));

    @Test
    void jobsOfAKeyRunTogetherInItsContainerUpToItsConcurrency() {
        for (int i = 1; i <= 4; i++) {
            world.dispatch(of(keyed("" + i, "k")));
        }
        world.startAll();
        PoolDriver.Box box = world.boxes.get("c1");
        assertThat(world.boxes).hasSize(1);
        assertThat(box.running).hasSize(3);
        assertThat(world.pool.load().running()).isEqualTo(3);
        assertThat(world.pool.load().queued()).isEqualTo(1);
        world.end(box, box.running.get(1));
        assertThat(box.running).extracting(job -> job.id().invocationId()).containsExactly("1", "3", "4");
    }

    @Test
    void aJobThatTheRouterWouldStartAContainerForTakesAPlaceInTheKeysOwn() {
        world.dispatch(of(keyed("1", "k")));
        world.startAll();
        world.dispatch(of(fresh(keyed("2", "k"))));
        assertThat(world.boxes).hasSize(1);
        assertThat(world.boxes.get("c1").running).hasSize(2);
    }

    @Test
    void jobsWithoutKeyShareWhatIsStartedForTheFirstOfThem() {
        for (int i = 1; i <= 4; i++) {
            world.dispatch(of(Jobs.job("" + i)));
        }
        assertThat(world.boxes).hasSize(2);
        world.on(new PoolEvent.StartFailed("c1", "Runtime.Test", "as the test wants"));
        world.startAll();
        world.settle();
        assertThat(world.finished).hasSize(4);
        assertThat(world.runs).hasSize(3);
    }

    @Test
    void eachJobTakesASlotOfTheInstance() {
        for (int i = 1; i <= 6; i++) {
            world.dispatch(of(keyed("" + i, "k" + i % 2)));
        }
        world.startAll();
        assertThat(world.pool.load().running()).isEqualTo(5);
        assertThat(world.pool.load().queued()).isEqualTo(1);
    }

    @Test
    void anotherKeysJobGoesWhereLeastRuns() {
        world.dispatch(of(keyed("1", "a")));
        world.dispatch(of(keyed("2", "b")));
        world.startAll();
        world.dispatch(of(keyed("3", "a")));
        world.dispatch(of(keyed("4", "c")));
        assertThat(world.boxes.get("c2").running)
                .extracting(job -> job.id().invocationId())
                .containsExactly("2", "4");
    }

    @Test
    void aTimeoutEndsTheOthersOfItsContainerWithTheReasonOrMovesThem() {
        world.dispatch(of(keyed("1", "k")));
        world.startAll();
        world.nowMs += 1_000;
        world.dispatch(of(keyed("2", "k")));
        world.dispatch(of(keyed("3", "k")));
        PoolDriver.Box box = world.boxes.get("c1");
        world.pass(2_000);
        assertThat(ending("1")).isInstanceOf(Ending.TimedOut.class);
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
        assertThat(world.open).hasSize(2);
        assertThat(world.pool.load().running()).isEqualTo(2);

        world.exit(box, List.of(box.running.get(1)));
        assertThat(ending("2")).isInstanceOfSatisfying(Ending.ContainerExited.class, exited -> {
            assertThat(exited.errorType()).isEqualTo("Runtime.ContainerRemoved");
            assertThat(exited.message()).contains("function timed out");
        });
        world.startAll();
        assertThat(world.boxes.get("c2").running)
                .extracting(job -> job.id().invocationId())
                .containsExactly("3");
    }

    @Test
    void anAnswerThatComesBeforeTheEndOfARemovedContainerCounts() {
        world.dispatch(of(keyed("1", "k")));
        world.startAll();
        world.nowMs += 1_000;
        world.dispatch(of(keyed("2", "k")));
        PoolDriver.Box box = world.boxes.get("c1");
        world.pass(2_000);
        world.end(box);
        world.exit(box, true);
        assertThat(ending("2")).isInstanceOf(Ending.Reported.class);
        assertThat(world.pool.load().running()).isZero();
    }

    @Test
    void theEndOfAContainerEndsAllThatItRuns() {
        world.dispatch(of(keyed("1", "k")));
        world.dispatch(of(keyed("2", "k")));
        world.startAll();
        world.exit(world.boxes.get("c1"), true);
        assertThat(List.of(ending("1"), ending("2")))
                .allSatisfy(end -> assertThat(end).isInstanceOf(Ending.ContainerExited.class));
    }

    private Ending ending(String id) {
        return world.finished.get(new AttemptId(id, 1)).ending();
    }

    private static Job of(Job job) {
        return Jobs.of(THREE, job);
    }
}
