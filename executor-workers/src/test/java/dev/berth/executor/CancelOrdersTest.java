package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Orders to end an attempt, over a real broker with processes for containers. */
@Tag("integration")
@Tag("A6")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CancelOrdersTest {
    private Path directory;
    private RouterAndFleet world;
    private Executor executor;
    private Assignment slot;
    private FunctionVersion version;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        directory = home;
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                "c1",
                world.kafka,
                world.registry,
                world.topics,
                ContainerBackend.PROCESS,
                directory.resolve("c1"),
                4,
                1_024));
        slot = world.assign("c1", 2, 3);
        executor.ready().get(20, TimeUnit.SECONDS);
        version = world.deploy(
                "long",
                "python3",
                "app.handler",
                60_000,
                Zips.of("app.py", ExecutorContract.resource("app.py"), "name", "long"));
    }

    @AfterAll
    void stop() {
        executor.close();
        world.close();
    }

    @Test
    void oneThatRunsEndsWithItsContainerAndTheNextOfItsKeyRunsInAnother() {
        Dispatch running = untilOpened("running");
        world.post(slot, running);
        String container = awaitBusy(running).getContainerId();
        Dispatch next = order("running", "{}");
        world.post(slot, next);

        world.post(slot, end(running));
        Result result = world.await(running);
        assertThat(result.getStatus()).isEqualTo(ResultStatus.CANCELLED);
        assertThat(result.getErrorType()).isEqualTo("Cancelled");
        assertThat(result.getContainerId()).isEqualTo(container);
        Awaitility.await("removal of " + container)
                .atMost(Duration.ofSeconds(10))
                .until(() -> world.containerEvents.stream()
                        .anyMatch(event -> event.getContainerId().equals(container)
                                && event.getEvent() == ContainerEventType.REMOVED));
        assertThat(world.await(next).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(world.await(next).getContainerId()).isNotEqualTo(container);
        assertThat(world.results.get(running.getInvocation().getId())).hasSize(1);
    }

    @Test
    void oneThatWaitsIsDroppedAndWhatRunsGoesOn() throws Exception {
        Dispatch running = untilOpened("waiting");
        Dispatch waiting = order("waiting", "{}");
        world.post(slot, running);
        awaitBusy(running);
        world.post(slot, waiting);
        world.post(slot, end(waiting));
        Result dropped = world.await(waiting);
        assertThat(dropped.getStatus()).isEqualTo(ResultStatus.CANCELLED);
        assertThat(dropped.getContainerId()).isNull();
        Files.writeString(gate("waiting"), "open");
        assertThat(world.await(running).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void oneThatComesAfterItsCancellationDoesNotRunAndOneThatHasEndedStaysAsItWas() {
        Dispatch late = order("late", "{}");
        world.post(slot, end(late));
        assertThat(world.await(late).getStatus()).isEqualTo(ResultStatus.CANCELLED);
        world.post(slot, late);
        awaitResults(late, 2);
        assertThat(world.results.get(late.getInvocation().getId()).get(1).getStatus())
                .isEqualTo(ResultStatus.BOUNCED);

        Dispatch ended = order("late", "{}");
        world.post(slot, ended);
        assertThat(world.await(ended).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        world.post(slot, end(ended));
        awaitResults(ended, 2);
        assertThat(world.results.get(ended.getInvocation().getId()).get(1).getStatus())
                .isEqualTo(ResultStatus.CANCELLED);
    }

    @Test
    void onlyAnAsynchronousInvocationThatRunsForAWhileIsSaidToRun() throws Exception {
        Dispatch awaited = untilOpened("told");
        awaited.getInvocation().setReplyTo(0);
        Dispatch job = untilOpened("told");
        job.getInvocation().setRoutingValue("told-job");
        world.post(slot, awaited);
        world.post(slot, job);
        ContainerEvent busy = awaitBusy(job);
        assertThat(busy.getInstanceId()).isEqualTo("c1");
        assertThat(busy.getFunction()).isEqualTo("long");
        Files.writeString(gate("told"), "open");
        assertThat(world.await(job).getContainerId()).isEqualTo(busy.getContainerId());
        world.await(awaited);
        assertThat(world.containerEvents)
                .noneMatch(event -> awaited.getInvocation().getId().equals(event.getInvocationId()));
    }

    private ContainerEvent awaitBusy(Dispatch order) {
        String id = order.getInvocation().getId();
        return Awaitility.await("that " + id + " runs")
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> world.containerEvents.stream()
                                .filter(event -> event.getEvent() == ContainerEventType.BUSY
                                        && id.equals(event.getInvocationId()))
                                .findFirst()
                                .orElse(null),
                        event -> event != null);
    }

    private void awaitResults(Dispatch order, int count) {
        Awaitility.await("results of " + order.getInvocation().getId())
                .atMost(Duration.ofSeconds(10))
                .until(() -> world.results.get(order.getInvocation().getId()).size() == count);
    }

    private Path gate(String key) {
        return directory.resolve(key + ".gate").toAbsolutePath();
    }

    private Dispatch untilOpened(String key) {
        return order(key, "{\"do\":\"until\",\"file\":\"" + gate(key) + "\"}");
    }

    private Dispatch order(String key, String payload) {
        return world.order(slot, "long", version, key, payload);
    }

    private static Dispatch end(Dispatch order) {
        Dispatch end = Dispatch.newBuilder(order).setCancel(true).build();
        end.getInvocation().setPayload(ByteBuffer.allocate(0));
        return end;
    }
}
