package dev.berth.sim.faults;

import dev.berth.executor.pool.PoolLimits;
import dev.berth.executor.pool.PrewarmRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed draws before its run.
 *
 * @param stormMs how long faults strike and invocations are published
 * @param publishEachMs mean time between two invocations
 * @param strikeEachMs mean time between two strikes
 * @param commitMs between two commits of a router task
 * @param tickMs of routers and executors
 * @param slotsOfFleet partitions of the dispatch topic
 */
record Plan(
        int partitions,
        int instances,
        PoolLimits pool,
        List<PrewarmRule> prewarm,
        List<FunctionDef> functions,
        int keys,
        long stormMs,
        long publishEachMs,
        long strikeEachMs,
        long commitMs,
        long tickMs,
        int slotsOfFleet,
        long slotRestMs,
        EnumSet<Fault> faults) {
    /** Of all functions. */
    static final String RUNTIME = "drawn";

    static Plan draw(SplittableRandom random) {
        int memoryMb = 128 * random.nextInt(2, 9);
        PoolLimits pool = PoolLimits.of(random.nextInt(1, 5), memoryMb)
                .with()
                .createTimeoutMs(3_000)
                .initTimeoutMs(2_000)
                .roomWaitMs(2_000)
                .sharedWaitMs(4_000)
                .staleGraceMs(2_000)
                .maxQueued(random.nextInt(4) == 0 ? 3 : 1_000)
                .pauseAfterMs(random.nextInt(3) == 0 ? PoolLimits.NEVER : random.nextLong(20, 800))
                .build();
        List<FunctionDef> functions = new ArrayList<>();
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            functions.add(function(i, random));
        }
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (random.nextInt(5) < 2) {
                faults.add(fault);
            }
        }
        int instances = random.nextInt(1, 5);
        List<PrewarmRule> prewarm = random.nextInt(3) == 0
                ? List.of()
                : List.of(new PrewarmRule(RUNTIME, 128 * random.nextInt(1, 3), random.nextInt(2), 3, 2_000));
        return new Plan(
                random.nextInt(1, 4),
                instances,
                pool,
                prewarm,
                List.copyOf(functions),
                random.nextInt(1, 7),
                random.nextLong(4_000, 16_000),
                random.nextLong(20, 250),
                random.nextLong(200, 2_500),
                random.nextLong(20, 1_500),
                random.nextLong(20, 60),
                instances + random.nextInt(0, 6),
                random.nextBoolean() ? 2_000 : 20_000,
                faults);
    }

    private static FunctionDef function(int number, SplittableRandom random) {
        boolean ordered = random.nextInt(3) == 0;
        return new FunctionDef(
                "t" + random.nextInt(2),
                "f" + number,
                1,
                random.nextInt(3) == 0 ? 256 : 128,
                random.nextInt(300, 2_000),
                random.nextInt(4) == 0,
                ordered,
                random.nextInt(4) == 0 ? random.nextInt(1, 4) : -1,
                random.nextInt(4) == 0,
                random.nextInt(3),
                random.nextInt(50, 500),
                random.nextInt(3) == 0 ? random.nextInt(2, 5) : 1);
    }
}
