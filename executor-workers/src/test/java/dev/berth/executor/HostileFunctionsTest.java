package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.executor.container.DockerRuntime;
import dev.berth.executor.container.DockerSettings;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Code that wants out of its container, or more than its share, on the real engine. Its neighbour must not notice. */
@Tag("docker")
@Tag("S5")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFunctionsTest {
    private static final String NO_CAPABILITIES = "0000000000000000";
    private static final int ENOSPC = 28;
    // Few enough to be reached before the memory for as many is.
    private static final int MOST_PROCESSES = 64;
    private static final long BYTES_PER_MB = 1024L * 1024;

    private RouterAndFleet world;
    private Executor executor;
    private Assignment slot;
    private final Map<String, FunctionVersion> functions = new HashMap<>();
    private String neighbour;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        try {
            DockerRuntime.check();
        } catch (DockerRuntime.EngineException e) {
            Assumptions.abort("DOCKER TESTS SKIPPED: " + e.getMessage());
        }
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                        "h1",
                        world.kafka,
                        world.registry,
                        world.topics,
                        ContainerBackend.DOCKER,
                        home.resolve("h1"),
                        3,
                        4_096)
                .withDocker(new DockerSettings("runc", 512, MOST_PROCESSES, 1_769)));
        slot = world.assign("h1", 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
        neighbour = call("neighbour", "{\"do\":\"hello\"}").getContainerId();
    }

    @AfterAll
    void stop() {
        if (executor != null) {
            executor.close();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    void aContainerHasNoRightsAndNothingOfTheExecutor() throws Exception {
        JsonNode seen = answer("rights", "{\"do\":\"rights\"}");
        assertThat(seen.path("uid").asInt()).isEqualTo(60_800);
        assertThat(seen.path("gid").asInt()).isEqualTo(60_800);
        assertThat(seen.path("groups")).allMatch(group -> group.asInt() == 60_800);
        assertThat(seen.path("capabilities"))
                .hasSize(5)
                .allMatch(set -> set.asText().equals(NO_CAPABILITIES));
        assertThat(seen.path("noNewPrivileges").asText()).isEqualTo("1");
        assertThat(seen.path("seccomp").asText()).isEqualTo("2");
        assertThat(seen.path("mayRead")).isEmpty();
        assertThat(seen.path("processes")).as("processes that it sees").hasSize(1);
        Set<String> names = new HashSet<>();
        seen.path("environment").fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> name.startsWith("AWS_LAMBDA_"));
        assertThat(names)
                .isSubsetOf(
                        "LANG",
                        "TZ",
                        "HOME",
                        "TMPDIR",
                        "PATH",
                        "PWD",
                        "HOSTNAME",
                        "PYTHONDONTWRITEBYTECODE",
                        "LD_LIBRARY_PATH",
                        "PYTHONPATH",
                        "NODE_PATH",
                        "AWS_REGION",
                        "AWS_DEFAULT_REGION",
                        "AWS_EXECUTION_ENV",
                        "LAMBDA_TASK_ROOT",
                        "LAMBDA_RUNTIME_DIR",
                        "_HANDLER",
                        "BERTH_CONTAINER_ID",
                        "BERTH_TENANT",
                        "BERTH_LAYERS_ROOT",
                        "GREETING");
    }

    @Test
    @Tag("C3")
    void onlyMemoryCanBeWrittenTo() throws Exception {
        JsonNode written = answer("writer", "{\"do\":\"write_everywhere\"}");
        assertThat(written).extracting(JsonNode::asText).containsExactlyInAnyOrder("/tmp", "/dev/shm", "/dev/mqueue");
    }

    @Test
    @Tag("C3")
    void aFullTmpIsAnErrorToTheCodeAndItsContainerGoesOn() throws Exception {
        JsonNode full = answer("filler", "{\"do\":\"fill_tmp\"}");
        assertThat(full.path("errno").asInt()).isEqualTo(ENOSPC);
        assertThat(full.path("bytes").asLong()).isEqualTo(64 * BYTES_PER_MB);
        answer("filler", "{\"do\":\"empty_tmp\"}");
        assertThat(call("filler", "{\"do\":\"hello\"}").getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    @Tag("C3")
    void aLogWithoutEndEnds() {
        Result failed = call("logger", "{\"do\":\"log_without_end\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorMessage()).contains("Its log reached the limit of 64 MB");
        theNeighbourIsWell();
    }

    @Test
    @Tag("C3")
    void aForkBombRunsIntoItsOwnLimit() throws Exception {
        Result failed = call("forker", "{\"do\":\"fork_bomb\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorType()).isEqualTo("BlockingIOError");
        assertThat(failed.getErrorMessage()).contains("at its limit of 64 processes and threads");
        assertThat(ExecutorContract.json(failed).path("errorMessage").asText()).isEqualTo(failed.getErrorMessage());
        assertThat(ExecutorContract.json(failed).path("stackTrace")).isNotEmpty();
        theNeighbourIsWell();
    }

    @Test
    @Tag("C3")
    void aMemoryBombEndsItsOwnContainerOnly() {
        Result failed = call("eater", "{\"do\":\"eat_memory\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.OutOfMemory");
        assertThat(failed.getErrorMessage()).contains("signal: killed", "memory limit of 128 MB");
        theNeighbourIsWell();
    }

    @Test
    @Tag("C3")
    void anErrorForWantOfDiskSaysHowMuchThereIs() throws Exception {
        Result failed = call("spiller", "{\"do\":\"spill\"}");
        assertThat(failed.getErrorType()).isEqualTo("OSError");
        assertThat(ExecutorContract.json(failed).path("errorMessage").asText())
                .contains("No space left on device", "/tmp has room for 64 MB");
        theNeighbourIsWell();
    }

    @Test
    void oneContainerCannotReachAnother() throws Exception {
        String address = answer("server", "{\"do\":\"listen\"}").asText();
        assertThat(answer("server", "{\"do\":\"connect\",\"host\":\"" + address + "\",\"port\":4711}")
                        .asText())
                .as("the server reaches itself")
                .isEqualTo("connected");
        assertThat(answer("client", "{\"do\":\"connect\",\"host\":\"" + address + "\",\"port\":4711}")
                        .asText())
                .isEqualTo("TimeoutError");
    }

    @Test
    void anothersRuntimeApiRefusesWhoeverIsNotItsContainer() throws Exception {
        String others = answer("victim", "{\"do\":\"rights\"}")
                .path("environment")
                .path("AWS_LAMBDA_RUNTIME_API")
                .asText();
        Dispatch running = order("victim", "{\"do\":\"hello\"}");
        String call = "{\"do\":\"call\",\"api\":\"" + others + "\",\"id\":\""
                + running.getInvocation().getId() + "\"}";
        assertThat(answer("thief", call).asInt()).isEqualTo(403);
        world.post(slot, running);
        assertThat(world.await(running).getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void namesOfTheOutsideAreNotAskedForOutside() throws Exception {
        assertThat(answer("asker", "{\"do\":\"resolve\"}").asText()).isEqualTo("gaierror");
    }

    private void theNeighbourIsWell() {
        Result well = call("neighbour", "{\"do\":\"hello\"}");
        assertThat(well.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(well.getContainerId()).isEqualTo(neighbour);
    }

    private JsonNode answer(String function, String payload) throws Exception {
        return ExecutorContract.json(call(function, payload));
    }

    private Result call(String function, String payload) {
        Dispatch order = order(function, payload);
        world.post(slot, order);
        return world.await(order);
    }

    /** All have the same code; each has its own container. */
    private Dispatch order(String function, String payload) {
        FunctionVersion version = functions.computeIfAbsent(
                function,
                name -> world.deploy(
                        name,
                        "python3",
                        "hostile.handler",
                        20_000,
                        Zips.of("hostile.py", ExecutorContract.resource("hostile.py"))));
        return world.order(slot, function, version, "k", payload);
    }
}
