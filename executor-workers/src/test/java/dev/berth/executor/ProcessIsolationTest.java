package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.executor.container.DockerSettings;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What plain processes are kept from all the same: taking more than their share, and staying behind. */
@Tag("integration")
@Tag("C3")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessIsolationTest {
    private static final int TMP_MB = 32;
    private RouterAndFleet world;
    private Executor executor;
    private Assignment slot;
    private Path home;
    private FunctionVersion greedy;
    private String neighbour;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        home = directory.resolve("g1");
        world = new RouterAndFleet();
        greedy = world.deploy(
                "greedy",
                "python3",
                "greedy.handler",
                20_000,
                Zips.of("greedy.py", ExecutorContract.resource("greedy.py")));
        executor = Executor.start(new ExecutorConfig(
                        "g1", world.kafka, world.registry, world.topics, ContainerBackend.PROCESS, home, 3, 4_096)
                .withDocker(DockerSettings.USUAL.withMostTmpMb(TMP_MB).withMostProcesses(40)));
        slot = world.assign("g1", 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
        world.announce("neighbour", greedy);
        neighbour = call("neighbour", "{\"do\":\"hello\"}").getContainerId();
    }

    @AfterAll
    void stop() {
        if (executor != null) {
            executor.close();
            assertThat(Processes.of("g1")).isZero();
            assertThat(home.resolve("containers")).isEmptyDirectory();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    void memoryOverTheLimitEndsTheContainerByName() {
        Result failed = attack("{\"do\":\"eat_memory\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.OutOfMemory");
        assertThat(failed.getErrorMessage()).contains("memory limit of 128 MB");
    }

    @Test
    void memoryThatChildrenShareCountsOnce() {
        Result well = call("greedy", "{\"do\":\"share_memory\"}");
        assertThat(well.getStatus()).as(well.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
    }

    @Test
    void processesOverTheLimitEndTheContainerByName() {
        Result failed = attack("{\"do\":\"fork_bomb\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorMessage()).contains("more than 40 processes and threads");
    }

    @Test
    void diskOverTheLimitEndsTheContainerByName() {
        Result failed = attack("{\"do\":\"fill_disk\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        assertThat(failed.getErrorMessage()).contains("scratch directory (TMPDIR) held more than 32 MB");
    }

    @Test
    void aFileCannotBeLargerThanTheScratchDirectory() {
        Result failed = call("greedy", "{\"do\":\"one_large_file\"}");
        assertThat(failed.getStatus()).isEqualTo(ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getErrorMessage()).contains("File too large");
    }

    @Test
    @Tag("C5")
    void daemonsGoWithTheirContainer() {
        String mark = "berth-" + UUID.randomUUID();
        Result daemonised = call("greedy", "{\"do\":\"daemonise\",\"mark\":\"" + mark + "\"}");
        assertThat(daemonised.getStatus()).as(daemonised.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(daemons(mark))
                .as("a plain, a reparented and a disguised one")
                .isEqualTo(3);
        assertThat(attack("{\"do\":\"leave\"}").getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> daemons(mark) == 0);
    }

    @Test
    @Tag("S5")
    void ofThisProcessesEnvironmentNothingIsSeen() throws Exception {
        Set<String> names = new HashSet<>();
        ExecutorContract.json(call("greedy", "{\"do\":\"environment\"}")).forEach(name -> names.add(name.asText()));
        assertThat(names).contains("AWS_LAMBDA_RUNTIME_API");
        // These are set for it, though some of them have namesakes here.
        names.removeIf(name -> name.startsWith("AWS_") || name.startsWith("LAMBDA_") || name.startsWith("BERTH_"));
        names.removeAll(Set.of("PATH", "HOME", "LANG", "TZ", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "_HANDLER"));
        names.removeAll(Set.of("LD_LIBRARY_PATH", "PYTHONPATH", "NODE_PATH", "PWD", "SHLVL", "_", "LC_CTYPE"));
        assertThat(names).containsExactly("GREETING");
    }

    @Test
    void eachContainerHasAScratchDirectoryOfItsOwnThatGoesWithIt() throws Exception {
        String first =
                ExecutorContract.json(call("greedy", "{\"do\":\"scratch\"}")).asText();
        String other =
                ExecutorContract.json(call("neighbour", "{\"do\":\"scratch\"}")).asText();
        assertThat(first).isNotEqualTo(other);
        assertThat(Path.of(first)).startsWith(home).isDirectory();
        attack("{\"do\":\"leave\"}");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(Path.of(first)));
        assertThat(Path.of(other)).isDirectory();
    }

    private static long daemons(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .map(line -> line.contains(mark))
                        .orElse(false))
                .count();
    }

    /** While it goes on, the neighbour answers from its warm container. */
    private Result attack(String payload) {
        Dispatch order = world.order(slot, "greedy", greedy, "k", payload);
        world.post(slot, order);
        do {
            Result well = call("neighbour", "{\"do\":\"hello\"}");
            assertThat(well.getStatus()).as(well.getErrorMessage()).isEqualTo(ResultStatus.SUCCEEDED);
            assertThat(well.getContainerId()).isEqualTo(neighbour);
        } while (!world.results.containsKey(order.getInvocation().getId()));
        return world.await(order);
    }

    private Result call(String function, String payload) {
        Dispatch order = world.order(slot, function, greedy, "k", payload);
        world.post(slot, order);
        return world.await(order);
    }
}
