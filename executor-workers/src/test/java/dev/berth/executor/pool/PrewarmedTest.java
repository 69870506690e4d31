package dev.berth.executor.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who gets a prewarmed container, and who takes its memory. */
@Tag("core")
@Tag("T2")
class PrewarmedTest {
    private static final PrewarmRule ONE = new PrewarmRule("r", 100, 1, 4, 1_000);

    private static Job job(String id, int memoryMb, String runtime) {
        return Jobs.of(new ContainerKind(Jobs.F, memoryMb, false, runtime), Jobs.job(id));
    }

    private static PoolDriver world(int slots, int memoryMb, PrewarmRule... rules) {
        return new PoolDriver(PoolLimits.of(slots, memoryMb), rules);
    }

    @Test
    @Tag("R8")
    void aJobWithoutAWarmContainerTakesAPrewarmedOne() {
        PoolDriver world = world(2, 400, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.dispatch(job("1", 100, "r"));
        assertThat(box.function).isEqualTo(Jobs.F);
        world.start(box);
        assertThat(world.runs).singleElement().satisfies(run -> {
            assertThat(run.containerId()).isEqualTo(box.id);
            assertThat(run.reuse()).isEqualTo(Reuse.PREWARMED);
            assertThat(run.path()).isEqualTo(StartPath.PREWARMED);
            assertThat(run.waited()).isTrue();
        });
    }

    @Test
    @Tag("R8")
    void anIdleContainerOfTheFunctionComesFirstAndANewOneLast() {
        PoolDriver world = world(3, 400, ONE);
        PoolDriver.Box first = world.prewarmed();
        world.dispatch(job("1", 100, "r"));
        world.start(first);
        world.end(first);
        world.pass(20);
        world.startAll();
        world.dispatch(job("2", 100, "r"));
        world.dispatch(job("3", 100, "r"));
        world.dispatch(job("4", 100, "r"));
        world.startAll();
        assertThat(world.runs)
                .extracting(PoolAction.Run::path)
                .containsExactly(StartPath.PREWARMED, StartPath.WARM, StartPath.PREWARMED, StartPath.COLD);
    }

    @Test
    void theSmallestThatFitsIsTakenAndCountedAsWhatItIs() {
        PoolDriver world =
                world(2, 1_000, new PrewarmRule("r", 300, 1, 1, 1_000), new PrewarmRule("r", 200, 1, 1, 1_000));
        world.prewarmed();
        world.pass(20);
        world.startAll();
        world.dispatch(job("1", 150, "r"));
        world.startAll();
        assertThat(world.boxes.get(world.runs.get(0).containerId()).memoryMb).isEqualTo(200);
        assertThat(world.pool.load().usedMemoryMb()).isEqualTo(500);
    }

    @Test
    void oneOfAnotherRuntimeOrTooSmallIsNotTaken() {
        PoolDriver world = world(3, 1_000, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.dispatch(job("1", 101, "r"));
        world.dispatch(job("2", 100, "other"));
        world.dispatch(job("3", 100, null));
        assertThat(box.function).isNull();
        assertThat(world.boxes).hasSize(4);
    }

    @Test
    void itGivesWayToAJobThatDoesNotFitBeforeAnyIdleContainerDoes() {
        PoolDriver world = world(3, 300, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.dispatch(job("1", 100, "other"));
        world.startAll();
        PoolDriver.Box used = world.boxes.get(world.runs.get(0).containerId());
        world.end(used);
        world.dispatch(Jobs.of(new FunctionKey("t", "g", 1), job("2", 200, "other")));
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
        assertThat(used.life).isEqualTo(PoolDriver.Life.IDLE);
    }

    @Test
    void noneIsMadeWhereOthersHaveTheMemoryOrJobsWait() {
        PoolDriver world = world(1, 200, ONE);
        world.dispatch(job("1", 200, "other"));
        world.startAll();
        world.end(world.boxes.values().iterator().next());
        world.pass(20);
        assertThat(world.boxes).hasSize(1);

        PoolDriver busy = world(1, 400, ONE);
        busy.dispatch(job("1", 100, "other"));
        busy.startAll();
        busy.dispatch(job("2", 100, "other"));
        busy.pass(20);
        assertThat(busy.boxes).hasSize(1);
    }

    @Test
    void itHoldsNoSlot() {
        PoolDriver world = world(1, 400, ONE);
        world.pass(1);
        assertThat(world.boxes).hasSize(1);
        assertThat(world.pool.load().running()).isZero();
        world.dispatch(job("1", 100, "other"));
        world.startAll();
        assertThat(world.runs).hasSize(1);
    }

    @Test
    void oneThatDiesBeforeItKnowsItsCodeCostsItsJobNothingButTime() {
        PoolDriver world = world(2, 400, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.dispatch(Jobs.of(job("1", 100, "r").kind(), Jobs.keyed("1", "k")));
        world.exit(box, false);
        assertThat(world.finished).isEmpty();
        world.startAll();
        assertThat(world.runs).singleElement().satisfies(run -> {
            assertThat(run.path()).isEqualTo(StartPath.COLD);
            assertThat(run.reuse()).isEqualTo(Reuse.COLD);
        });
    }

    @Test
    void codeThatCannotBeLoadedFailsItsJobAsInANewContainer() {
        PoolDriver world = world(2, 400, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.dispatch(job("1", 100, "r"));
        world.on(new PoolEvent.ContainerLaunched(box.id));
        world.on(new PoolEvent.StartFailed(box.id, "Runtime.ImportModuleError", "no such module"));
        assertThat(world.finished.get(new AttemptId("1", 1)).ending()).isInstanceOf(Ending.InitFailed.class);
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
    }

    @Test
    void oneThatDoesNotComeUpIsTriedAgainAtLeisure() {
        PoolDriver world = world(2, 400, ONE);
        world.pass(1);
        PoolDriver.Box box = world.boxes.values().iterator().next();
        world.on(new PoolEvent.StartFailed(box.id, "Runtime.ImageMissing", "no image"));
        world.exit(box, false);
        world.pass(9_000);
        assertThat(world.boxes).isEmpty();
        world.pass(1_100);
        assertThat(world.boxes).hasSize(1);
    }

    @Test
    void oneThatHangsWhileItIsMadeIsRemoved() {
        PoolDriver world = world(2, 400, ONE);
        world.pass(1);
        PoolDriver.Box box = world.boxes.values().iterator().next();
        world.on(new PoolEvent.ContainerLaunched(box.id));
        world.pass(10_000);
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
    }

    @Test
    void aDrainRemovesThemAndMakesNoMore() {
        PoolDriver world = world(2, 400, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.on(new PoolEvent.Drain());
        assertThat(box.life).isEqualTo(PoolDriver.Life.REMOVING);
        world.exit(box, false);
        world.pass(20);
        assertThat(world.boxes).isEmpty();
    }

    @Test
    void deployingAFunctionDoesNotTouchThem() {
        PoolDriver world = world(2, 400, ONE);
        PoolDriver.Box box = world.prewarmed();
        world.on(new PoolEvent.RevisionsChanged("t", "f", Set.of()));
        assertThat(box.life).isEqualTo(PoolDriver.Life.PREWARMED);
    }

    @Test
    void aRuleWithoutSenseIsRefused() {
        assertThatThrownBy(() -> new PrewarmRule("r", 100, 3, 2, 1_000)).hasMessageContaining("0 <= min <= max");
    }
}
