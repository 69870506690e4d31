package dev.berth.executor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Of two containers alike but for one thing, which one outlives the other when memory is wanted. */
@Tag("core")
@Tag("R10")
class RetentionProperties {
    private static final int MINUTE_MS = 60_000;

    @Property
    void theOneThatTookLongerToStart(
            @ForAll @IntRange(min = 1, max = 5_000) int coldMs,
            @ForAll @IntRange(min = 1, max = 5_000) int more,
            @ForAll boolean costlyFirst) {
        FullInstance instance = new FullInstance();
        instance.fill("a", MINUTE_MS, costlyFirst ? coldMs + more : coldMs);
        instance.fill("b", MINUTE_MS, costlyFirst ? coldMs : coldMs + more);
        instance.fill("rest", 1, 100);
        instance.makeRoom();
        assertThat(instance.hasKept(costlyFirst ? "c1" : "c2")).isTrue();
        assertThat(instance.hasGivenUp(costlyFirst ? "c2" : "c1")).isTrue();
    }

    @Property
    @Tag("R11")
    void theOneThatIsUsedMoreOftenWhicheverWasUsedLast(
            @ForAll @IntRange(min = 1, max = 100) int seconds,
            @ForAll @IntRange(min = 2, max = 100) int times,
            @ForAll boolean busyFirst) {
        FullInstance instance = new FullInstance();
        instance.fill("a", seconds * 1_000.0 * (busyFirst ? 1 : times), 100);
        instance.fill("b", seconds * 1_000.0 * (busyFirst ? times : 1), 100);
        instance.fill("rest", 1, 100);
        instance.makeRoom();
        assertThat(instance.hasKept(busyFirst ? "c1" : "c2")).isTrue();
        assertThat(instance.hasGivenUp(busyFirst ? "c2" : "c1")).isTrue();
    }

    @Property
    void theOneThatHoldsMoreState(
            @ForAll @IntRange(min = 0, max = 40_000_000) int bytes,
            @ForAll @IntRange(min = 1_000, max = 40_000_000) int more,
            @ForAll boolean fullFirst) {
        FullInstance instance = new FullInstance();
        instance.fill("a", MINUTE_MS, 100);
        instance.fill("b", MINUTE_MS, 100);
        instance.world.on(new PoolEvent.StateMeasured("c1", fullFirst ? bytes + more : bytes));
        instance.world.on(new PoolEvent.StateMeasured("c2", fullFirst ? bytes : bytes + more));
        instance.fill("rest", 1, 100);
        instance.makeRoom();
        assertThat(instance.hasKept(fullFirst ? "c1" : "c2")).isTrue();
        assertThat(instance.hasGivenUp(fullFirst ? "c2" : "c1")).isTrue();
    }

    @Property
    void theOneWhoseKeyTakesLongerToBuildUp(
            @ForAll @IntRange(min = 0, max = 5_000) int firstMs,
            @ForAll @IntRange(min = 1, max = 5_000) int more,
            @ForAll boolean costlyFirst) {
        FullInstance instance = new FullInstance();
        for (int i = 0; i < 2; i++) {
            int ms = (i == 0) == costlyFirst ? firstMs + more : firstMs;
            Job job = Jobs.expected(MINUTE_MS, true, instance.of("f" + i, "k"));
            instance.fill(Jobs.rebuiltIn(ms, job), 100);
        }
        instance.fill("rest", 1, 100);
        instance.makeRoom();
        assertThat(instance.hasKept(costlyFirst ? "c1" : "c2")).isTrue();
        assertThat(instance.hasGivenUp(costlyFirst ? "c2" : "c1")).isTrue();
    }

    @Property
    void theOneThatHoldsTheStateOfMoreKeys(@ForAll @IntRange(min = 2, max = 32) int keys, @ForAll boolean fullFirst) {
        FullInstance instance = new FullInstance();
        for (String function : fullFirst ? new String[] {"full", "b"} : new String[] {"b", "full"}) {
            instance.fill(function, MINUTE_MS, 100);
            for (int key = 1; key < keys && function.equals("full"); key++) {
                instance.fill(Jobs.expected(MINUTE_MS, true, instance.of(function, "k" + key)), 0);
            }
        }
        instance.fill("rest", 1, 100);
        instance.makeRoom();
        assertThat(instance.hasKept(fullFirst ? "c1" : "c2")).isTrue();
        assertThat(instance.hasGivenUp(fullFirst ? "c2" : "c1")).isTrue();
    }
}
