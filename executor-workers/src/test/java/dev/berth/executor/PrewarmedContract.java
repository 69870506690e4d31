package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.executor.pool.PrewarmRule;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.PrewarmedContainers;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.StartPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Containers that were made before anybody asked, whatever they are made of. */
@Tag("T2")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PrewarmedContract {
    private static final String LOOK = """
            import os, urllib.error, urllib.request
            import statistics

            calls = 0

            def asked_for_code():
                address = "http://%s/berth/2026-11-01/code" % os.environ["AWS_LAMBDA_RUNTIME_API"]
                try:
                    return urllib.request.urlopen(address).status
                except urllib.error.HTTPError as refused:
                    return refused.code

            def handler(event, context):
                global calls
                calls += 1
                with open("/proc/self/environ") as started:
                    return {
                        "calls": calls,
                        "startedWith": started.read(),
                        "greeting": os.environ.get("GREETING"),
                        "name": context.function_name,
                        "memory": os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
                        "prewarmed": os.environ.get("BERTH_PREWARMED"),
                        "root": os.path.dirname(os.path.abspath(__file__)) == os.environ["LAMBDA_TASK_ROOT"],
                        "directory": os.path.realpath(".") == os.path.realpath(os.environ["LAMBDA_TASK_ROOT"]),
                        "statistics": getattr(statistics, "own", False),
                        "codeAgain": asked_for_code(),
                    }
            """;
    private static final String JS = """
            export const handler = async () => ({ greeting: process.env.GREETING, name: process.env.AWS_LAMBDA_FUNCTION_NAME });
            """;

    @TempDir
    static Path directory;

    RouterAndFleet world;
    private Executor executor;
    private Assignment slot;

    abstract ContainerBackend backend();

    abstract void requireBackend();

    abstract int leftOvers(String instanceId);

    @BeforeAll
    void start() throws Exception {
        requireBackend();
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                        "w1", world.kafka, world.registry, world.topics, backend(), directory.resolve("w1"), 3, 2_048)
                .withPrewarm(List.of(
                        new PrewarmRule("python3", 256, 1, 2, 600_000),
                        new PrewarmRule("nodejs", 256, 1, 1, 600_000),
                        new PrewarmRule("provided", 128, 1, 1, 600_000))));
        slot = world.assign("w1", 2, 5);
        executor.ready().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() {
        if (executor != null) {
            executor.close();
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> leftOvers("w1") == 0);
            assertThat(directory.resolve("w1/containers")).isEmptyDirectory();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    @Tag("R8")
    @Tag("T3")
    void aFunctionWithoutAContainerRunsInAPrewarmedOneAndThenStaysThere() throws Exception {
        FunctionVersion version = deploy("look", "python3", "app.handler", "app.py", LOOK);
        Result first = call("look", version);
        assertThat(first.getStatus()).as("%s", first.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(first.getReuse()).isEqualTo(Reuse.PREWARMED);
        assertThat(first.getStart()).isEqualTo(StartPath.PREWARMED);
        assertThat(first.getTimings().getInitUs()).isPositive();
        assertThat(first.getTimings().getCreateUs())
                .isBetween(1L, first.getTimings().getInitUs());
        assertThat(first.getTimings().getGivenUs())
                .isBetween(
                        first.getTimings().getReceivedUs(), first.getTimings().getStartedUs());
        JsonNode seen = ExecutorContract.json(first);
        assertThat(seen.path("greeting").asText()).isEqualTo("hello");
        assertThat(seen.path("name").asText()).isEqualTo("look");
        assertThat(seen.path("memory").asText()).isEqualTo("128");
        assertThat(seen.path("prewarmed").isNull()).isTrue();
        assertThat(seen.path("root").asBoolean()).isTrue();
        assertThat(seen.path("directory").asBoolean()).isTrue();

        Result second = callHere("look", version, "k");
        assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
        assertThat(second.getStart()).isEqualTo(StartPath.WARM);
        assertThat(ExecutorContract.json(second).path("calls").asInt()).isEqualTo(2);
        assertThat(eventsOf(first.getContainerId()))
                .containsExactly(ContainerEventType.CREATED, ContainerEventType.READY);
    }

    @Test
    @Tag("S3")
    void whatAFunctionIsToldIsNotInTheContainerBeforeItIsItsOwn() throws Exception {
        FunctionVersion version = deploy("secret", "python3", "app.handler", "app.py", LOOK);
        JsonNode seen = ExecutorContract.json(call("secret", version));
        assertThat(seen.path("startedWith").asText())
                .contains("BERTH_PREWARMED")
                .doesNotContain("GREETING", "secret");
        assertThat(seen.path("codeAgain").asInt()).isEqualTo(403);
    }

    @Test
    void aModuleOfThePackageComesBeforeAStandardOneOfItsName() throws Exception {
        byte[] zip = Zips.of("app.py", LOOK, "statistics.py", "own = True");
        FunctionVersion version = world.deploy("shadow", "python3", "app.handler", 3_000, zip);
        JsonNode seen = ExecutorContract.json(call("shadow", version));
        assertThat(seen.path("statistics").asBoolean()).isTrue();
    }

    @Test
    @Tag("C2")
    void nodeAndCustomRuntimesHavePrewarmedContainersToo() throws Exception {
        FunctionVersion node = deploy("js", "nodejs", "index.handler", "index.mjs", JS);
        JsonNode seen = ExecutorContract.json(call("js", node));
        assertThat(seen.path("greeting").asText()).isEqualTo("hello");
        assertThat(seen.path("name").asText()).isEqualTo("js");

        FunctionVersion provided = deploy("sh", "provided", "none", "bootstrap", resource("bootstrap"));
        assertThat(ExecutorContract.json(call("sh", provided)).path("count").asInt())
                .isEqualTo(1);
        assertThat(ExecutorContract.json(callHere("sh", provided, "k"))
                        .path("count")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void codeThatCannotBeLoadedFailsAsInAContainerOfItsOwn() throws Exception {
        FunctionVersion version = deploy("broken", "python3", "nothing.handler", "app.py", LOOK);
        Result result = call("broken", version);
        assertThat(result.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(result.getErrorType()).isEqualTo("Runtime.ImportModuleError");

        FunctionVersion empty = deploy("empty", "provided", "none", "README", "no bootstrap here");
        Result refused = call("empty", empty);
        assertThat(refused.getStatus()).isEqualTo(ResultStatus.INIT_FAILED);
        assertThat(refused.getErrorType()).isEqualTo("Runtime.InvalidEntrypoint");
    }

    @Test
    void aFunctionThatChangesHowItsInterpreterStartsGetsAContainerOfItsOwn() throws Exception {
        FunctionVersion plain = deploy("hashed", "python3", "app.handler", "app.py", LOOK);
        FunctionVersion version = FunctionVersion.newBuilder(plain)
                .setRevision(plain.getRevision() + 1_000)
                .setEnvironment(Map.of("PYTHONHASHSEED", "1"))
                .build();
        world.announce("hashed", version);
        Result result = call("hashed", version);
        assertThat(result.getStart()).isEqualTo(StartPath.COLD);
        assertThat(ExecutorContract.json(result).path("startedWith").asText()).contains("PYTHONHASHSEED=1");
    }

    private FunctionVersion deploy(String name, String runtime, String handler, String file, String content) {
        return world.deploy(name, runtime, handler, 3_000, Zips.of(file, content));
    }

    /** Runs a function for which a prewarmed container is there. */
    private Result call(String function, FunctionVersion version) throws Exception {
        // What it said before may be of a container that has been taken since.
        long askedMs = System.currentTimeMillis();
        Awaitility.await("a prewarmed container of " + version.getRuntime())
                .atMost(Duration.ofSeconds(20))
                .until(() -> world.instances.get("w1").getSentMs() > askedMs
                        && world.instances.get("w1").getPrewarmed().stream()
                                        .filter(kept -> kept.getRuntime().equals(version.getRuntime()))
                                        .mapToInt(PrewarmedContainers::getReady)
                                        .sum()
                                > 0);
        return callHere(function, version, "k");
    }

    private Result callHere(String function, FunctionVersion version, String key) {
        Dispatch order = world.order(slot, function, version, key, "{}");
        world.post(slot, order);
        return world.await(order);
    }

    private List<ContainerEventType> eventsOf(String containerId) {
        return world.containerEvents.stream()
                .filter(event -> event.getContainerId().equals(containerId))
                .map(ContainerEvent::getEvent)
                .toList();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = PrewarmedContract.class.getResourceAsStream("/functions/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
