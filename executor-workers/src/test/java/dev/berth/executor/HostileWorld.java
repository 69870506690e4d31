package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import dev.berth.executor.container.DockerSettings;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An instance on the real engine with hostile functions and a neighbour of theirs, who must not notice. */
@Tag("docker")
@Tag("S5")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileWorld {
    // Few enough to be reached before the memory for as many is.
    static final int MOST_PROCESSES = 64;
    private static final int TIMEOUT_MS = 20_000;

    RouterAndFleet world;
    Executor executor;
    Assignment slot;
    DockerClient docker;
    private final Map<String, FunctionVersion> functions = new HashMap<>();
    private String instanceId;
    private Path home;
    private String neighbour;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        DockerEngine.required();
        docker = DockerEngine.client();
        instanceId = getClass().getSimpleName();
        home = directory.resolve(instanceId);
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                        instanceId, world.kafka, world.registry, world.topics, ContainerBackend.DOCKER, home, 3, 4_096)
                .withDocker(settings()));
        slot = world.assign(instanceId, 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
        neighbour = call("neighbour", "{\"do\":\"hello\"}").getContainerId();
    }

    /** What the containers get. */
    DockerSettings settings() {
        return DockerSettings.USUAL.withMostProcesses(MOST_PROCESSES);
    }

    @AfterAll
    void stop() throws Exception {
        if (executor != null) {
            theNeighbourIsWell();
            executor.close();
            List<String> labels = List.of("dev.berth.instance=" + instanceId, "dev.berth.home=" + home);
            assertThat(docker.listContainersCmd()
                            .withShowAll(true)
                            .withFilter("label", labels)
                            .exec())
                    .isEmpty();
            assertThat(docker.listNetworksCmd().withFilter("label", labels).exec())
                    .isEmpty();
            assertThat(Processes.of(instanceId)).isZero();
            assertThat(home.resolve("containers")).isEmptyDirectory();
            assertThat(home.resolve("code")).isDirectoryNotContaining("glob:**.unzipping*");
        }
        if (world != null) {
            world.close();
        }
        if (docker != null) {
            docker.close();
        }
    }

    /** Runs it while the neighbour is invoked again and again, in its warm container. */
    Result attack(String function, String payload) {
        Dispatch order = order(function, payload);
        world.post(slot, order);
        do {
            theNeighbourIsWell();
        } while (!world.results.containsKey(order.getInvocation().getId()));
        return world.await(order);
    }

    /** The same, of an attack that its container does not survive: nothing of it may stay. */
    Result lastAttack(String function, String payload) {
        Result result = attack(function, payload);
        String container = result.getContainerId();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(docker.listContainersCmd()
                                .withShowAll(true)
                                .withFilter("label", List.of("dev.berth.container=" + container))
                                .exec())
                        .isEmpty());
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() ->
                        !home.resolve("containers").resolve(container).toFile().exists());
        assertThat(Processes.of(container)).isZero();
        theNeighbourIsWell();
        return result;
    }

    void theNeighbourIsWell() {
        Result well = call("neighbour", "{\"do\":\"hello\"}");
        assertThat(well.getStatus()).as(well.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(well.getContainerId()).isEqualTo(neighbour);
    }

    JsonNode answer(String function, String payload) throws Exception {
        return ExecutorContract.json(call(function, payload));
    }

    Result call(String function, String payload) {
        Dispatch order = order(function, payload);
        world.post(slot, order);
        return world.await(order);
    }

    /** All have the same code; each has its own container. */
    Dispatch order(String function, String payload) {
        FunctionVersion version = functions.computeIfAbsent(function, name -> deploy(name, TIMEOUT_MS));
        return world.order(slot, function, version, "k", payload);
    }

    /** For those that are to be otherwise than usual. */
    void use(String function, FunctionVersion version) {
        functions.put(function, version);
    }

    FunctionVersion deploy(String function, int timeoutMs) {
        return world.deploy(
                function,
                "python3",
                "hostile.handler",
                timeoutMs,
                Zips.of("hostile.py", ExecutorContract.resource("hostile.py")));
    }
}
