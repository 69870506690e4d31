package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two containers alike but for what their code holds, which one goes when memory is wanted. */
@Tag("R10")
class StateWorthTest {
    private static final int FUNCTION_MB = 400;
    private static final long CALL_BYTES = 50_000_000;
    private static final int CALLS = 4;
    private static final String CODE = """
            import os

            held = []

            def handler(event, context):
                if event.get("where") == "memory":
                    held.append(bytes(range(250)) * 200_000)
                if event.get("where") == "tmp":
                    with open(os.path.join(os.environ["TMPDIR"], context.aws_request_id), "wb") as file:
                        file.write(bytes(50_000_000))
            """;

    @Test
    @Tag("integration")
    void theContainerThatHoldsMuchInMemoryOutlivesOneThatWasUsedLater(@TempDir Path home) {
        theOneWithStateStays(ContainerBackend.PROCESS, "memory", home);
    }

    @Test
    @Tag("integration")
    void theContainerThatHoldsMuchInItsFilesOutlivesOneThatWasUsedLater(@TempDir Path home) {
        theOneWithStateStays(ContainerBackend.PROCESS, "tmp", home);
    }

    @Test
    @Tag("docker")
    void theDockerContainerThatHoldsMuchInMemoryOutlivesOneThatWasUsedLater(@TempDir Path home) {
        requireDocker();
        theOneWithStateStays(ContainerBackend.DOCKER, "memory", home);
    }

    @Test
    @Tag("docker")
    void theDockerContainerThatHoldsMuchInItsFilesOutlivesOneThatWasUsedLater(@TempDir Path home) {
        requireDocker();
        theOneWithStateStays(ContainerBackend.DOCKER, "tmp", home);
    }

    private static void theOneWithStateStays(ContainerBackend backend, String where, Path home) {
        RouterAndFleet world = new RouterAndFleet();
        ExecutorConfig config =
                new ExecutorConfig("w1", world.kafka, world.registry, world.topics, backend, home, 2, 2 * FUNCTION_MB);
        try (Executor executor = Executor.start(config)) {
            Assignment slot = world.assign("w1", 3, 7);
            assertThat(executor.ready()).succeedsWithin(Duration.ofSeconds(20));
            FunctionVersion rich = deploy(world, "rich");
            String kept = null;
            for (int i = 0; i < CALLS; i++) {
                kept = run(world, slot, world.order(slot, "rich", rich, "k", "{\"where\":\"" + where + "\"}"));
            }
            String given = run(world, slot, world.order(slot, "poor", deploy(world, "poor"), "k", "{}"));
            String holder = kept;
            // The figures below leave room for what an allocator, a bootstrap or a log takes.
            Awaitility.await("measured")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> executor.stateBytes(holder) >= CALLS * CALL_BYTES);
            assertThat(executor.stateBytes(holder)).isLessThan((CALLS + 1) * CALL_BYTES);
            assertThat(executor.stateBytes(given)).isLessThan(CALL_BYTES / 10);

            run(world, slot, world.order(slot, "third", deploy(world, "third"), "k", "{}"));
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isRemoved(world, given));
            assertThat(isRemoved(world, holder)).isFalse();
        } finally {
            world.close();
        }
    }

    private static FunctionVersion deploy(RouterAndFleet world, String name) {
        FunctionVersion small =
                world.deploy(name, "python3", "app.handler", 20_000, Zips.of("app.py", CODE, "name", name));
        FunctionVersion version = FunctionVersion.newBuilder(small)
                .setRevision(small.getRevision() + 1_000)
                .setMemoryMb(FUNCTION_MB)
                .build();
        world.announce(name, version);
        return version;
    }

    private static String run(RouterAndFleet world, Assignment slot, Dispatch order) {
        world.post(slot, order);
        Result result = world.await(order);
        assertThat(result.getStatus()).as(result.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
        return result.getContainerId();
    }

    private static boolean isRemoved(RouterAndFleet world, String containerId) {
        return world.containerEvents.stream()
                .anyMatch(event ->
                        event.getContainerId().equals(containerId) && event.getEvent() == ContainerEventType.REMOVED);
    }

    private static void requireDocker() {
        DockerEngine.required();
    }
}
