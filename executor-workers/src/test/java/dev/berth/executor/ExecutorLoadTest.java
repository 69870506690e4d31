package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three executors with twelve Python containers beside one broker, under more than they can hold at a time. */
@Tag("integration")
class ExecutorLoadTest {
    private static final Logger log = LoggerFactory.getLogger(ExecutorLoadTest.class);
    private static final int INVOCATIONS = Integer.getInteger("berth.load.invocations", 9_000);
    private static final int EXECUTORS = 3;
    private static final int SLOTS = 4;
    private static final int KEYS = 120;

    @Test
    @Tag("R7")
    @Tag("E6")
    void aBurstIsWorkedOffWithoutLossAndEachKeyKeepsItsState(@TempDir Path directory) throws Exception {
        List<Executor> executors = new ArrayList<>();
        RouterAndFleet world = new RouterAndFleet();
        try {
            FunctionVersion function = world.deploy(
                    "py", "python3", "app.handler", 30_000, Zips.of("app.py", ExecutorContract.resource("app.py")));
            List<Assignment> slots = new ArrayList<>();
            for (int i = 0; i < EXECUTORS; i++) {
                String id = "load" + i;
                executors.add(Executor.start(new ExecutorConfig(
                        id,
                        world.kafka,
                        world.registry,
                        world.topics,
                        ContainerBackend.PROCESS,
                        directory.resolve(id),
                        SLOTS,
                        2_048)));
                slots.add(world.assign(id, i, i + 1));
            }
            for (Executor executor : executors) {
                executor.ready().get(20, TimeUnit.SECONDS);
            }
            warmUp(world, slots, function);
            burst(world, slots, function);
            trickle(world, slots, function);
        } finally {
            executors.forEach(Executor::close);
            world.close();
        }
    }

    private static void warmUp(RouterAndFleet world, List<Assignment> slots, FunctionVersion function) {
        for (int key = 0; key < KEYS; key++) {
            Assignment slot = slots.get(key % EXECUTORS);
            world.post(slot, world.order(slot, "py", function, "k" + key, "{}"));
        }
        awaitResults(world, KEYS);
    }

    private static void burst(RouterAndFleet world, List<Assignment> slots, FunctionVersion function) throws Exception {
        long began = System.nanoTime();
        for (int i = 0; i < INVOCATIONS; i++) {
            int key = i % KEYS;
            Assignment slot = slots.get(key % EXECUTORS);
            world.post(slot, world.order(slot, "py", function, "k" + key, "{}"));
        }
        awaitResults(world, KEYS + INVOCATIONS);
        double seconds = (System.nanoTime() - began) / 1e9;
        log.info(
                "Burst of {} invocations on {} containers: {} per second",
                INVOCATIONS,
                EXECUTORS * SLOTS,
                Math.round(INVOCATIONS / seconds));

        Map<String, Set<String>> containersOfKey = new HashMap<>();
        Map<String, Integer> highestCount = new HashMap<>();
        for (List<Result> ofOne : world.results.values()) {
            assertThat(ofOne).hasSize(1);
            Result result = ofOne.get(0);
            assertThat(result.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
            containersOfKey
                    .computeIfAbsent(result.getRoutingValue(), key -> new HashSet<>())
                    .add(result.getContainerId());
            int count = new ObjectMapper()
                    .readTree(StandardCharsets.UTF_8
                            .decode(result.getPayload().duplicate())
                            .toString())
                    .path("count")
                    .asInt();
            highestCount.merge(result.getRoutingValue(), count, Math::max);
        }
        assertThat(containersOfKey.values())
                .allSatisfy(containers -> assertThat(containers).hasSize(1));
        assertThat(highestCount.values()).allSatisfy(count -> assertThat(count).isEqualTo(1 + INVOCATIONS / KEYS));
    }

    /** One at a time: what the executor itself adds, with no queue in the way. */
    private static void trickle(RouterAndFleet world, List<Assignment> slots, FunctionVersion function) {
        List<Long> toStart = new ArrayList<>();
        List<Long> inside = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Dispatch order = world.order(slots.get(0), "py", function, "k0", "{}");
            world.post(slots.get(0), order);
            var timings = world.await(order).getTimings();
            toStart.add(timings.getStartedUs() - timings.getReceivedUs());
            inside.add(timings.getEndedUs() - timings.getStartedUs());
        }
        toStart.sort(null);
        inside.sort(null);
        log.info(
                "Warm hand-over, one at a time: received to handed over p50={} us p99={} us; in the container p50={} us",
                toStart.get(toStart.size() / 2),
                toStart.get(toStart.size() * 99 / 100),
                inside.get(inside.size() / 2));
    }

    private static void awaitResults(RouterAndFleet world, int count) {
        Awaitility.await("results")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> world.resultCount.get() >= count);
    }
}
