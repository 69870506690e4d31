package dev.berth.executor.pool;

import static dev.berth.executor.pool.Jobs.expected;
import static dev.berth.executor.pool.Jobs.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who goes when memory is wanted. */
@Tag("core")
@Tag("R10")
class RetentionTest {
    private static final double MINUTE_MS = 60_000;

    private final FullInstance instance = new FullInstance();
    private final PoolDriver world = instance.world;

    @Test
    void aKeyThatComesElsewhereNextIsWorthLessHere() {
        instance.fill("a", MINUTE_MS, 100);
        instance.fill(expected(MINUTE_MS, false, instance.of("b", "k")), 100);
        instance.fill("rest", 1, 100);
        instance.makeRoom();
        assertThat(instance.hasGivenUp("c2")).isTrue();
    }

    @Test
    @Tag("R18")
    void aSurplusContainerOfAKeyGoesBeforeItsFirst() {
        world.dispatch(expected(MINUTE_MS, true, instance.of("f", "a")));
        world.dispatch(expected(MINUTE_MS, true, fresh(instance.of("f", "a"))));
        world.nowMs += 100;
        world.startAll();
        world.nowMs += 10;
        world.end(world.boxes.get("c2"));
        world.nowMs += 10;
        world.end(world.boxes.get("c1"));
        instance.fill("b", MINUTE_MS, 100);
        instance.makeRoom();
        assertThat(instance.hasGivenUp("c2")).isTrue();
        assertThat(instance.hasKept("c1")).isTrue();
    }

    @Test
    @Tag("R11")
    void theContainersOfABusyFunctionStayWhileASeldomOneComesAndGoes() {
        instance.fill("busy", 50, 100);
        for (int i = 0; i < 20; i++) {
            instance.fill("seldom" + i, 10 * MINUTE_MS, 100);
            world.nowMs += 50;
            instance.fill(expected(50, true, instance.of("busy", "k")), 0);
        }
        assertThat(instance.hasKept("c1")).isTrue();
        assertThat(world.runs).filteredOn(run -> run.containerId().equals("c1")).hasSize(21);
    }

    @Test
    void filesThatAreLargerThanTheirContainerMayBeAddNothing() {
        instance.fill(instance.of("a", "k"), 100);
        instance.fill(instance.of("b", "k"), 100);
        instance.fill("rest", 1, 100);
        world.on(new PoolEvent.StateMeasured("c1", 1L << 50));
        world.on(new PoolEvent.StateMeasured("c2", 100L << 20));
        instance.makeRoom();
        assertThat(instance.hasGivenUp("c1")).as("the least recently used").isTrue();
    }

    @Test
    void stateThatWasGivenUpCountsNoMore() {
        instance.fill("a", MINUTE_MS, 100);
        instance.fill("b", MINUTE_MS, 100);
        instance.fill("rest", 1, 100);
        world.on(new PoolEvent.StateMeasured("c1", 50_000_000));
        world.on(new PoolEvent.StateMeasured("c1", 0));
        world.on(new PoolEvent.StateMeasured("c2", 1_000_000));
        world.on(new PoolEvent.StateMeasured("gone", 1_000_000));
        instance.makeRoom();
        assertThat(instance.hasGivenUp("c1")).isTrue();
    }

    @Test
    void aReplacedRevisionGoesFirstHoweverMuchItIsWorth() {
        instance.fill("a", 1_000, 5_000);
        world.on(new PoolEvent.RevisionsChanged("t", "a", Set.of(2L)));
        instance.fill("b", 1_000_000, 10);
        instance.fill("rest", 1, 10);
        instance.makeRoom();
        assertThat(instance.hasGivenUp("c1")).isTrue();
    }

    @Test
    void ofKeysThatNothingIsKnownOfTheLeastRecentlyUsedGoes() {
        instance.fill(instance.of("a", "k"), 100);
        instance.fill(instance.of("b", "k"), 100);
        instance.fill(instance.of("c", "k"), 100);
        world.nowMs += 1_000;
        world.dispatch(instance.of("a", "k"));
        world.settle();
        instance.makeRoom();
        assertThat(instance.hasGivenUp("c2")).isTrue();
    }

    @Test
    void nothingGoesWhileMemoryIsFree() {
        instance.fill("a", MINUTE_MS, 100);
        world.pass(24 * 3_600_000L);
        instance.makeRoom();
        assertThat(instance.hasKept("c1")).isTrue();
    }
}
