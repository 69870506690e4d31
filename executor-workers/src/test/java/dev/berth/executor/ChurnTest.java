package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.ResultStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance with room for a few containers, asked for hundreds: each new one takes the place of another. */
@Tag("integration")
@Tag("C5")
class ChurnTest {
    private static final int CONTAINERS = 400;
    private static final int WARM_UP = 100;
    private static final int SLACK = 15;

    @Test
    void anInstanceThatReplacesItsContainersHundredsOfTimesGrowsInNothing(@TempDir Path home) throws Exception {
        try (RouterAndFleet world = new RouterAndFleet()) {
            Set<String> containers = new HashSet<>();
            try (Executor executor = Executor.start(new ExecutorConfig(
                    "c1", world.kafka, world.registry, world.topics, ContainerBackend.PROCESS, home, 4, 1_024))) {
                Assignment slot = world.assign("c1", 3, 7);
                executor.ready().get(20, TimeUnit.SECONDS);
                FunctionVersion version = exclusive(world);
                invoke(world, slot, version, 0, WARM_UP, containers);
                List<String> descriptors = descriptors();
                int threads = Thread.activeCount();
                invoke(world, slot, version, WARM_UP, CONTAINERS, containers);
                assertThat(containers).hasSize(CONTAINERS);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(descriptors()).hasSizeLessThan(descriptors.size() + SLACK));
                assertThat(Thread.activeCount()).isLessThan(threads + SLACK);
                try (Stream<Path> left = Files.list(home.resolve("containers"))) {
                    assertThat(left.count()).as("what the memory has room for").isLessThanOrEqualTo(8);
                }
            }
            assertThat(Processes.of("c1")).isZero();
            assertThat(home.resolve("containers")).isEmptyDirectory();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> world.containerEvents.stream()
                                    .filter(event -> event.getEvent() == ContainerEventType.REMOVED)
                                    .count()
                            == CONTAINERS);
        }
    }

    private static FunctionVersion exclusive(RouterAndFleet world) {
        FunctionVersion version = FunctionVersion.newBuilder(world.deploy(
                        "sh", "provided", "none", 10_000, Zips.of("bootstrap", ExecutorContract.resource("bootstrap"))))
                .setExclusive(true)
                .build();
        version.setRevision(version.getRevision() + 1_000);
        world.announce("sh", version);
        return version;
    }

    private static void invoke(
            RouterAndFleet world, Assignment slot, FunctionVersion version, int from, int to, Set<String> containers) {
        List<Dispatch> orders = new ArrayList<>();
        for (int i = from; i < to; i++) {
            orders.add(world.order(slot, "sh", version, "key-" + i, "{}"));
            world.post(slot, orders.get(orders.size() - 1));
            if (orders.size() == 4) {
                collect(world, orders, containers);
            }
        }
        collect(world, orders, containers);
    }

    private static void collect(RouterAndFleet world, List<Dispatch> orders, Set<String> containers) {
        for (Dispatch order : orders) {
            var result = world.await(order);
            assertThat(result.getStatus()).as(result.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
            containers.add(result.getContainerId());
        }
        orders.clear();
    }

    private static List<String> descriptors() throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : (Iterable<Path>) all::iterator) {
                try {
                    targets.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    targets.add("closed since");
                }
            }
        }
        // Java opens those of its class path as it comes to need them, and the broker its segments.
        targets.removeIf(target -> target.endsWith(".jar") || target.contains("berth-broker-"));
        return targets;
    }
}
