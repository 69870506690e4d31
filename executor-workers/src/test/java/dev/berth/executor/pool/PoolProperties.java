package dev.berth.executor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** What holds whatever happens in whatever order. {@link PoolDriver} checks capacity and single endings after each event. */
@Tag("core")
class PoolProperties {
    @Property(tries = 400)
    void capacityHoldsAndEveryInvocationEndsOnce(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int slots,
            @ForAll @IntRange(min = 1, max = 8) int room) {
        Random random = new Random(seed);
        PoolDriver world = new PoolDriver(
                PoolLimits.of(slots, room * 100)
                        .with()
                        .roomWaitMs(500)
                        .sharedWaitMs(5_000)
                        .staleGraceMs(100)
                        .maxQueued(200)
                        .pauseAfterMs(150)
                        .build(),
                randomRules(random));
        int dispatched = 0;
        for (int step = 0; step < 300; step++) {
            List<PoolDriver.Box> boxes = new ArrayList<>(world.boxes.values());
            PoolDriver.Box box = boxes.isEmpty() ? null : boxes.get(random.nextInt(boxes.size()));
            int what = random.nextInt(100);
            if (what < 40) {
                world.dispatch(randomJob(random, dispatched++, boxes, world.nowMs));
            } else if (what < 43 && dispatched > 0) {
                world.on(
                        new PoolEvent.RevisionsChanged("t" + random.nextInt(2), "f", Set.of((long) random.nextInt(3))));
            } else if (what < 46 && !world.open.isEmpty()) {
                List<Job> open = List.copyOf(world.open.values());
                Job unwanted = open.get(random.nextInt(open.size()));
                world.cancel(unwanted);
                boolean besideOthers = world.boxes.values().stream()
                        .anyMatch(b -> b.running.size() > 1 && b.running.contains(unwanted));
                assertThat(world.open.containsKey(unwanted.id()))
                        .as("goes on running (seed %d)", seed)
                        .isEqualTo(besideOthers);
            } else if (what < 50) {
                world.pass(random.nextInt(400));
            } else if (box != null) {
                happen(world, box, random);
            }
        }
        world.settle();
        assertThat(world.open).as("dropped (seed %d)", seed).isEmpty();
        assertThat(world.finished).hasSize(dispatched);
        assertThat(world.pool.load().queued()).isZero();
        assertThat(world.pool.load().queuedBytes()).isZero();
        world.pass(150);
        assertThat(world.boxes.values())
                .as("all that are idle are paused in the end (seed %d)", seed)
                .allMatch(box -> box.paused
                        || box.life == PoolDriver.Life.REMOVING
                        // One that was prewarmed runs nothing that a pause would stop, and some are always being made.
                        || box.function == null);
    }

    @Property(tries = 200)
    void invocationsOfAKeyRunInTheirOrderInOneContainerAsLongAsItLives(@ForAll long seed) {
        Random random = new Random(seed);
        PoolDriver world = new PoolDriver(PoolLimits.of(3, 600));
        for (int step = 0; step < 300; step++) {
            List<PoolDriver.Box> boxes = new ArrayList<>(world.boxes.values());
            PoolDriver.Box box = boxes.isEmpty() ? null : boxes.get(random.nextInt(boxes.size()));
            if (random.nextInt(100) < 45) {
                world.dispatch(Jobs.of(
                        new FunctionKey("t" + random.nextInt(3), "f", 1),
                        Jobs.keyed(String.valueOf(step), "k" + random.nextInt(6))));
            } else if (box != null) {
                happen(world, box, random);
            }
        }
        world.settle();
        Map<String, Integer> lastOf = new HashMap<>();
        for (PoolAction.Run run : world.runs) {
            String key = run.job().function().tenant() + run.job().routingValue();
            int number = Integer.parseInt(run.job().id().invocationId());
            assertThat(lastOf.getOrDefault(key, -1))
                    .as("order of %s (seed %d)", key, seed)
                    .isLessThanOrEqualTo(number);
            lastOf.put(key, number);
        }
    }

    @Property(tries = 200)
    void aKeyMovesOnlyWhenItsContainerIsGone(@ForAll long seed) {
        Random random = new Random(seed);
        PoolDriver world = new PoolDriver(PoolLimits.of(3, 400));
        Map<String, String> containerOf = new HashMap<>();
        int checked = 0;
        for (int step = 0; step < 300; step++) {
            List<PoolDriver.Box> boxes = new ArrayList<>(world.boxes.values());
            PoolDriver.Box box = boxes.isEmpty() ? null : boxes.get(random.nextInt(boxes.size()));
            if (random.nextInt(100) < 45) {
                world.dispatch(Jobs.of(
                        new FunctionKey("t" + random.nextInt(2), "f", 1),
                        Jobs.keyed(String.valueOf(step), "k" + random.nextInt(6))));
            } else if (box != null) {
                happen(world, box, random);
            }
            for (; checked < world.runs.size(); checked++) {
                PoolAction.Run run = world.runs.get(checked);
                String key = run.job().function().tenant() + run.job().routingValue();
                String before = containerOf.put(key, run.containerId());
                if (before != null && !before.equals(run.containerId())) {
                    PoolDriver.Box old = world.boxes.get(before);
                    assertThat(old == null || old.life == PoolDriver.Life.REMOVING)
                            .as("%s left %s, which lives (seed %d)", key, before, seed)
                            .isTrue();
                }
            }
        }
    }

    @Property(tries = 200)
    @Tag("R18")
    void invocationsOfAKeyStartInTheirOrderWhereverTheyRun(@ForAll long seed) {
        Random random = new Random(seed);
        PoolDriver world = new PoolDriver(PoolLimits.of(3, 600));
        for (int step = 0; step < 300; step++) {
            List<PoolDriver.Box> boxes = new ArrayList<>(world.boxes.values());
            PoolDriver.Box box = boxes.isEmpty() ? null : boxes.get(random.nextInt(boxes.size()));
            if (random.nextInt(100) < 45) {
                Job job = Jobs.keyed(String.valueOf(step), "k" + random.nextInt(4));
                job = random.nextInt(3) == 0 ? Jobs.fresh(job) : job;
                world.dispatch(random.nextInt(3) == 0 ? Jobs.until(world.nowMs + random.nextInt(40), job) : job);
            } else if (random.nextInt(5) == 0) {
                world.pass(random.nextInt(20));
            } else if (box != null) {
                // What was handed back by a container that died may be behind what another runs.
                happen(world, box, random, true);
            }
        }
        world.settle();
        Map<String, Integer> lastOf = new HashMap<>();
        for (PoolAction.Run run : world.runs) {
            int number = Integer.parseInt(run.job().id().invocationId());
            Integer before = lastOf.put(run.job().routingValue(), number);
            assertThat(before == null || before < number)
                    .as("%s of %s after %s (seed %d)", number, run.job().routingValue(), before, seed)
                    .isTrue();
        }
    }

    static void happen(PoolDriver world, PoolDriver.Box box, Random random) {
        happen(world, box, random, random.nextBoolean());
    }

    private static void happen(PoolDriver world, PoolDriver.Box box, Random random, boolean took) {
        boolean trouble = random.nextInt(100) < 12;
        switch (box.life) {
            case CREATING, STARTING -> {
                if (trouble) {
                    world.on(new PoolEvent.StartFailed(box.id, "Runtime.Test", "as the test wants"));
                } else {
                    world.start(box);
                }
            }
            case IDLE, PREWARMED -> {
                if (trouble) {
                    world.exit(box, true);
                }
            }
            case BUSY -> {
                if (trouble) {
                    world.exit(box, took ? box.running.subList(0, random.nextInt(box.running.size())) : box.running);
                } else {
                    world.end(box, box.running.get(random.nextInt(box.running.size())));
                }
            }
            case REMOVING -> {
                if (trouble && !box.running.isEmpty()) {
                    world.end(box);
                } else {
                    world.exit(box, took);
                }
            }
        }
    }

    static PrewarmRule[] randomRules(Random random) {
        PrewarmRule small =
                new PrewarmRule("r", 100, random.nextInt(2), 1 + random.nextInt(3), 1 + random.nextInt(200));
        PrewarmRule large = new PrewarmRule("r", 300, 0, 2, 50);
        return switch (random.nextInt(3)) {
            case 0 -> new PrewarmRule[0];
            case 1 -> new PrewarmRule[] {small};
            default -> new PrewarmRule[] {large, small};
        };
    }

    static Job randomJob(Random random, int number, List<PoolDriver.Box> boxes, long nowMs) {
        boolean exclusive = random.nextInt(4) == 0;
        String key = random.nextInt(3) == 0 ? null : "k" + random.nextInt(5);
        String hint = !boxes.isEmpty() && random.nextInt(5) == 0 ? boxes.get(random.nextInt(boxes.size())).id : null;
        boolean several = random.nextInt(3) == 0;
        String name = (exclusive ? "x" : "f") + (several ? "3" : "");
        FunctionKey function = new FunctionKey("t" + random.nextInt(2), name, random.nextInt(2));
        long waitUntilMs = random.nextInt(4) == 0 ? nowMs + random.nextInt(600) - 100 : 0;
        return new Job(
                new AttemptId(String.valueOf(number), 1),
                new ContainerKind(
                        function,
                        exclusive ? 200 : 100,
                        exclusive,
                        random.nextInt(3) == 0 ? null : "r",
                        several ? 3 : 1),
                key,
                new Order(
                        hint,
                        random.nextInt(8) == 0,
                        random.nextInt(4) == 0,
                        random.nextInt(6) == 0,
                        random.nextInt(20) == 0,
                        waitUntilMs),
                Forecast.UNKNOWN,
                random.nextInt(12) == 0
                        ? new ContainerKind(
                                new FunctionKey(function.tenant(), function.function(), 2),
                                100,
                                exclusive,
                                null,
                                several ? 3 : 1)
                        : null,
                random.nextInt(10) == 0 ? nowMs + random.nextInt(1_000) : 0,
                500,
                random.nextInt(100));
    }
}
