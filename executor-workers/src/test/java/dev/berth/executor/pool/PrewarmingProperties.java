package dev.berth.executor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** How many prewarmed containers are kept, and for whom. {@link PoolDriver} checks the maximum and the memory after each event. */
@Tag("core")
@Tag("T2")
class PrewarmingProperties {
    @Property(tries = 300)
    void theNumberStaysBetweenItsBoundsAndComesBackToTheMinimum(
            @ForAll long seed, @ForAll @IntRange(max = 3) int min, @ForAll @IntRange(max = 5) int more) {
        Random random = new Random(seed);
        PrewarmRule rule = new PrewarmRule("r", 100, min, min + more + 1, 1 + random.nextInt(5_000));
        Prewarming prewarming = new Prewarming(rule);
        long nowMs = 1;
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(4)) {
                case 0 -> nowMs += random.nextInt(3_000);
                case 1 -> prewarming.made(random.nextInt(4_000));
                default -> prewarming.wanted(nowMs);
            }
            assertThat(prewarming.target(nowMs)).isBetween(rule.min(), rule.max());
        }
        long halvings = 1 + (long) Math.ceil(Math.log(rule.max() + 1) / Math.log(2));
        assertThat(prewarming.target(nowMs + rule.ttlMs() * halvings)).isEqualTo(min);
    }

    @Property(tries = 200)
    void aPeakOfDemandIsReachedAndKeptForTheTimeToLive(@ForAll @IntRange(min = 1, max = 8) int peak) {
        Prewarming prewarming = new Prewarming(new PrewarmRule("r", 100, 0, 8, 60_000));
        for (int i = 0; i < peak; i++) {
            prewarming.wanted(1_000 + i * 100L);
        }
        assertThat(prewarming.target(1_000 + peak * 100L + 59_000)).isEqualTo(peak);
    }

    @Property(tries = 200)
    void aSteadyTrickleKeepsOne(@ForAll @IntRange(min = 1_500, max = 50_000) int everyMs) {
        Prewarming prewarming = new Prewarming(new PrewarmRule("r", 100, 0, 8, 60_000));
        for (long nowMs = 0; nowMs < 1_000_000; nowMs += everyMs) {
            prewarming.wanted(nowMs);
            assertThat(prewarming.target(nowMs)).isEqualTo(1);
        }
    }

    @Property(tries = 200)
    void aContainerIsOneFunctionsForLifeAndTheStockConvergesWhenDemandEnds(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int slots,
            @ForAll @IntRange(min = 2, max = 9) int room) {
        Random random = new Random(seed);
        PrewarmRule rule = new PrewarmRule("r", 100, random.nextInt(2), 1 + random.nextInt(4), 1_000);
        PoolDriver world = new PoolDriver(PoolLimits.of(slots, room * 100), rule);
        Map<String, FunctionKey> functionOf = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            List<PoolDriver.Box> boxes = new ArrayList<>(world.boxes.values());
            PoolDriver.Box box = boxes.isEmpty() ? null : boxes.get(random.nextInt(boxes.size()));
            if (random.nextInt(100) < 35) {
                world.dispatch(PoolProperties.randomJob(random, step, boxes, world.nowMs));
            } else if (random.nextInt(4) == 0) {
                world.pass(random.nextInt(100));
            } else if (box != null) {
                PoolProperties.happen(world, box, random);
            }
            for (PoolDriver.Box now : world.boxes.values()) {
                if (now.function != null) {
                    assertThat(functionOf.computeIfAbsent(now.id, id -> now.function))
                            .as("%s changes hands (seed %d)", now.id, seed)
                            .isEqualTo(now.function);
                }
            }
        }
        world.settle();
        assertThat(world.open).as("dropped (seed %d)", seed).isEmpty();
        world.pass(20_000);
        world.settle();
        world.pass(20_000);
        world.settle();
        PrewarmedCount count = world.pool.prewarmed().get(0);
        int kept = count.ready() + count.underway();
        if (kept != rule.min()) {
            int used = world.pool.load().usedMemoryMb();
            assertThat(kept).as("kept (seed %d)", seed).isLessThan(rule.min());
            assertThat(used + rule.memoryMb()).as("memory (seed %d)", seed).isGreaterThan(room * 100);
        }
    }
}
