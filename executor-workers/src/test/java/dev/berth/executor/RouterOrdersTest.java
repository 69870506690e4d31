package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.ReuseForecast;
import dev.berth.schemas.Successor;
import dev.berth.schemas.WarmFunction;
import dev.berth.schemas.retention.ReuseCurve;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the router may ask of an executor beside running an invocation, over a real broker with processes for containers. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterOrdersTest {
    private static final int MEMORY_MB = 1_024;
    private static final int FUNCTION_MB = 128;

    private Path directory;
    private RouterAndFleet world;
    private Executor executor;
    private Assignment slot;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        directory = home;
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                "o1",
                world.kafka,
                world.registry,
                world.topics,
                ContainerBackend.PROCESS,
                directory.resolve("o1"),
                4,
                MEMORY_MB));
        slot = world.assign("o1", 2, 3);
        executor.ready().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() {
        executor.close();
        world.close();
    }

    @Test
    @Tag("R12")
    void whatMayNotWaitForABusyContainerIsSentBackBusyAndWhatMayIsSentBackInTime() throws Exception {
        FunctionVersion version = deploy("busy");
        try (Held held = new Held("busy", version, "k")) {
            Dispatch failing = world.order(slot, "busy", version, "k", "{}");
            failing.setWaitUntilMs(1L);
            world.post(slot, failing);
            assertBounced(world.await(failing), "Busy");

            Dispatch waiting = world.order(slot, "busy", version, "k", "{}");
            waiting.setWaitUntilMs(System.currentTimeMillis() + 300);
            world.post(slot, waiting);
            Result late = world.await(waiting);
            assertBounced(late, "Busy");
            assertThat(Micros.toMillis(late.getTimings().getEndedUs()))
                    .isGreaterThanOrEqualTo(waiting.getWaitUntilMs());

            Dispatch patient = world.order(slot, "busy", version, "k", "{}");
            patient.setWaitUntilMs(System.currentTimeMillis() + 60_000);
            world.post(slot, patient);
            held.release();
            assertThat(world.await(patient).getContainerId())
                    .isEqualTo(world.await(held.order).getContainerId());
        }
    }

    @Test
    @Tag("R9")
    void aStrictOrderForAnothersContainerIsAnsweredAsOneForNone() {
        FunctionVersion version = deploy("secret");
        world.announce("u", "secret", version);
        String container = run(world.order(slot, "secret", version, "k", "{}")).getContainerId();

        Result none = run(strict(world.order(slot, "secret", version, "k", "{}"), "o1-never-was"));
        Dispatch foreign = strict(world.order(slot, "secret", version, "k", "{}"), container);
        foreign.getInvocation().setTenant("u");
        Result another = run(foreign);

        assertBounced(none, "Gone");
        assertBounced(another, "Gone");
        assertThat(another.getErrorMessage()).isEqualTo(none.getErrorMessage()).doesNotContain(container);
        assertThat(run(strict(world.order(slot, "secret", version, "k", "{}"), container))
                        .getContainerId())
                .isEqualTo(container);
    }

    @Test
    @Tag("R13")
    void aStrictOrderForAContainerThatIsGoneIsSentBackAndItsEndWasPublishedOnce() {
        FunctionVersion version = deploy("mortal");
        Result last = run(world.order(slot, "mortal", version, "k", "{\"do\":\"exit\"}"));
        assertThat(last.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertBounced(run(strict(world.order(slot, "mortal", version, "k", "{}"), last.getContainerId())), "Gone");
        assertLife(
                last.getContainerId(),
                ContainerEventType.CREATED,
                ContainerEventType.READY,
                ContainerEventType.REMOVED);
    }

    @Test
    void theEndOfAContainerThatDoesNotStartIsPublishedOnce() {
        FunctionVersion broken =
                world.deploy("broken", "python3", "app.handler", 3_000, Zips.of("app.py", "import no_such"));
        Result failed = run(world.order(slot, "broken", broken, "k", "{}"));
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertLife(failed.getContainerId(), ContainerEventType.CREATED, ContainerEventType.REMOVED);
    }

    @Test
    @Tag("R18")
    void aFreshOrderGivesABusyKeyASecondContainerAndEitherServesItThen() throws Exception {
        FunctionVersion version = deploy("hot");
        try (Held held = new Held("hot", version, "k")) {
            Dispatch fresh = world.order(slot, "hot", version, "k", "{}");
            fresh.setFresh(true);
            fresh.setWaitUntilMs(1L);
            world.post(slot, fresh);
            Result second = world.await(fresh);
            assertThat(second.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
            assertThat(second.getReuse()).isEqualTo(Reuse.COLD);
            assertThat(second.getFirstOfKey()).isTrue();

            Result third = run(world.order(slot, "hot", version, "k", "{}"));
            assertThat(third.getContainerId()).isEqualTo(second.getContainerId());
            assertThat(third.getReuse()).isEqualTo(Reuse.WARM);
            assertThat(third.getFirstOfKey()).isFalse();
            held.release();
            assertThat(world.await(held.order).getContainerId()).isNotEqualTo(second.getContainerId());
        }
    }

    @Test
    @Tag("R12")
    void anInvocationThatIsSpilledSaysSoTheFirstTime() throws Exception {
        FunctionVersion version = deploy("spill");
        String other = run(world.order(slot, "spill", version, "other", "{}")).getContainerId();
        try (Held held = new Held("spill", version, "k", other)) {
            Result first = run(spilled(world.order(slot, "spill", version, "k", "{}")));
            assertThat(first.getReuse()).isEqualTo(Reuse.SPILLED);
            assertThat(first.getContainerId()).isNotEqualTo(other);
            assertThat(run(spilled(world.order(slot, "spill", version, "k", "{}")))
                            .getReuse())
                    .isEqualTo(Reuse.WARM);
            held.release();
        }
    }

    @Test
    @Tag("R15")
    void anOldContainerServesWhileOneOfTheNewVersionIsMadeReady() {
        FunctionVersion old = deploy("renewed");
        Result first = run(world.order(slot, "renewed", old, "k", "{}"));
        FunctionVersion next = deploy("renewed");

        // An instance that has not heard of the next version yet makes nothing ready; the router names it with each
        // order.
        Awaitility.await("the successor is reported idle")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    Dispatch order = world.order(slot, "renewed", old, "k", "{}");
                    order.setSuccessor(new Successor(next.getVersion(), next.getRevision()));
                    Result served = run(order);
                    assertThat(served.getContainerId()).isEqualTo(first.getContainerId());
                    assertThat(served.getReuse()).isEqualTo(Reuse.WARM);
                    assertThat(served.getRevision()).isEqualTo(old.getRevision());
                    assertThat(world.instances.get("o1").getWarm())
                            .contains(new WarmFunction("t", "renewed", next.getRevision(), 1, 0));
                });
        Result renewed = run(world.order(slot, "renewed", next, "k", "{}"));
        assertThat(renewed.getReuse()).isEqualTo(Reuse.PREWARMED);
        assertThat(renewed.getRevision()).isEqualTo(next.getRevision());
        assertThat(renewed.getTimings().getInitUs()).isZero();
    }

    @Test
    @Tag("R10")
    void underMemoryPressureTheContainerThatIsLeastLikelyToBeUsedGoesAndItsEndIsPublishedOnce() {
        try (Executor small = Executor.start(new ExecutorConfig(
                "o2",
                world.kafka,
                world.registry,
                world.topics,
                ContainerBackend.PROCESS,
                directory.resolve("o2"),
                2,
                2 * FUNCTION_MB))) {
            Assignment there = world.assign("o2", 3, 4);
            assertThat(small.ready()).succeedsWithin(Duration.ofSeconds(20));
            String often = run(there, expected(world.order(there, "often", deploy("often"), "k", "{}"), 1_000))
                    .getContainerId();
            String seldom = run(there, expected(world.order(there, "seldom", deploy("seldom"), "k", "{}"), 3_600_000))
                    .getContainerId();
            Dispatch broken = world.order(there, "third", deploy("third"), "k", "{}");
            broken.setCurve(new ReuseForecast(1.0, ByteBuffer.wrap(new byte[3])));
            assertThat(run(there, broken).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);

            assertLife(seldom, ContainerEventType.CREATED, ContainerEventType.READY, ContainerEventType.REMOVED);
            assertLife(often, ContainerEventType.CREATED, ContainerEventType.READY);
        }
        Awaitility.await("all ends are published")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    var byContainer = world.containerEvents.stream()
                            .filter(event -> event.getInstanceId().equals("o2"))
                            .collect(Collectors.groupingBy(
                                    ContainerEvent::getContainerId,
                                    Collectors.filtering(
                                            event -> event.getEvent() == ContainerEventType.REMOVED,
                                            Collectors.counting())));
                    assertThat(byContainer).hasSize(3);
                    assertThat(byContainer.values()).containsOnly(1L);
                });
    }

    /** An invocation that runs until it is released. */
    private final class Held implements AutoCloseable {
        final Dispatch order;
        private final Path gate;

        Held(String function, FunctionVersion version, String key) {
            this(function, version, key, null);
        }

        Held(String function, FunctionVersion version, String key, String container) {
            gate = directory.resolve(function + ".gate");
            order = world.order(
                    slot, function, version, key, "{\"do\":\"until\",\"file\":\"" + gate.toAbsolutePath() + "\"}");
            order.setContainerId(container);
            world.post(slot, order);
        }

        void release() throws IOException {
            Files.writeString(gate, "open");
        }

        @Override
        public void close() throws IOException {
            release();
            assertThat(world.await(order).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        }
    }

    private FunctionVersion deploy(String name) {
        return world.deploy(
                name,
                "python3",
                "app.handler",
                30_000,
                Zips.of("app.py", ExecutorContract.resource("app.py"), "name", name));
    }

    private Result run(Dispatch order) {
        return run(slot, order);
    }

    private Result run(Assignment where, Dispatch order) {
        world.post(where, order);
        return world.await(order);
    }

    private void assertLife(String containerId, ContainerEventType... life) {
        Awaitility.await("events of " + containerId)
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(world.containerEvents)
                        .filteredOn(event -> event.getContainerId().equals(containerId))
                        .extracting(ContainerEvent::getEvent)
                        .containsExactly(life));
    }

    private static Dispatch strict(Dispatch order, String container) {
        order.setContainerId(container);
        order.setStrict(true);
        return order;
    }

    private static Dispatch spilled(Dispatch order) {
        order.setFresh(true);
        order.setSpilled(true);
        return order;
    }

    private static Dispatch expected(Dispatch order, double intervalMs) {
        float[] density = new float[ReuseCurve.POINTS];
        for (int point = 0; point < density.length; point++) {
            density[point] = (float) (1 / Math.max(1, ReuseCurve.age(point)));
        }
        ReuseCurve curve = new ReuseCurve(intervalMs, density);
        order.setCurve(new ReuseForecast(intervalMs, ByteBuffer.wrap(curve.encode())));
        return order;
    }

    private static void assertBounced(Result result, String errorType) {
        assertThat(result.getStatus()).isEqualTo(ResultStatus.BOUNCED);
        assertThat(result.getErrorType()).isEqualTo(errorType);
        assertThat(result.getContainerId()).isNull();
        assertThat(result.getReuse()).isNull();
        assertThat(result.getFirstOfKey()).isFalse();
    }
}
