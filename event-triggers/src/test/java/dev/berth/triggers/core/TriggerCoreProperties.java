package dev.berth.triggers.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** A trigger's promises, whatever the order of things and however often a process dies and another takes over. */
@Tag("core")
@Tag("E1")
@Tag("E3")
@Tag("E4")
class TriggerCoreProperties {
    @Property(tries = 400)
    void eachRecordEndsOnceWhateverHappens(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int batchSize,
            @ForAll @IntRange(min = 1, max = 20) int keys,
            @ForAll boolean ordered,
            @ForAll boolean bisect,
            @ForAll boolean itemFailures,
            @ForAll boolean tellsSuccess,
            @ForAll @IntRange(min = 0, max = 6) int deaths) {
        TriggerRules rules = new TriggerRules(
                batchSize,
                1_000,
                seed % 2 == 0 ? 0 : 50,
                1 + Math.floorMod(seed, 30),
                ordered,
                bisect,
                itemFailures,
                tellsSuccess,
                new RetryRule(2, 1_000_000_000, 100, seed));
        World world = new World(seed, rules, 60, keys);
        world.run(deaths);

        Set<Long> both = new HashSet<>(world.successes.keySet());
        both.retainAll(world.letters());
        assertThat(both).as("neither run and given up").isEmpty();
        assertThat(world.successes.values()).as("run with success once").allMatch(times -> times == 1);
        assertThat(world.successes.size() + world.letters().size())
                .isEqualTo(world.topic().size());
        assertThat(world.core().heldBytes()).isZero();
        assertThat(world.core().inFlight()).isZero();
        if (ordered && !itemFailures) {
            world.endOrder.forEach(
                    (key, offsets) -> assertThat(offsets).as("order of " + key).isSorted());
        }
    }
}
