package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.ContainerConcurrency;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Containers that run several invocations at a time: these wait for each other, and would wait for ever one by one. */
@Tag("integration")
@Tag("C2")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcurrentContainerTest {
    private static final int TOGETHER = 4;
    private static final String PYTHON = """
            import sys
            import threading

            barrier = threading.Barrier(4)
            shared = []

            def handler(event, context):
                shared.append(context.tenant_id)
                barrier.wait()
                if event.get("exit"):
                    sys.exit(5)
                if event.get("stay"):
                    threading.Event().wait()
                return {"shared": len(shared), "id": context.aws_request_id}
            """;
    private static final String NODE = """
            const here = [];

            export async function handler(event, context) {
              await new Promise((resolve) => {
                here.push(resolve);
                if (here.length === 4) {
                  here.forEach((go) => go());
                }
              });
              return { shared: here.length, id: context.awsRequestId };
            }
            """;

    private RouterAndFleet world;
    private Executor executor;
    private Assignment slot;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        world = new RouterAndFleet();
        executor = Executor.start(new ExecutorConfig(
                "n1", world.kafka, world.registry, world.topics, ContainerBackend.PROCESS, home, 2 * TOGETHER, 1_024));
        slot = world.assign("n1", 3, 7);
        executor.ready().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() {
        executor.close();
        world.close();
        assertThat(Processes.of("n1")).isZero();
    }

    @Test
    void invocationsOfAPythonFunctionRunTogetherAndShareItsMemory() throws Exception {
        runTogether(deploy("py", "python3", "app.handler", "4", Zips.of("app.py", PYTHON)), "py");
    }

    @Test
    void invocationsOfANodeFunctionRunTogetherAndShareItsMemory() throws Exception {
        runTogether(deploy("js", "nodejs", "index.handler", "4", Zips.of("index.mjs", NODE)), "js");
    }

    @Test
    void theEndOfAContainerEndsAllThatItRunsWithWhatEndedIt() {
        FunctionVersion version = deploy("end", "python3", "app.handler", "4", Zips.of("app.py", PYTHON, "n", "end"));
        List<Dispatch> orders = Stream.of("{\"exit\":1}", "{\"stay\":1}", "{\"stay\":1}", "{\"stay\":1}")
                .map(payload -> world.order(slot, "end", version, "k", payload))
                .toList();
        orders.forEach(order -> world.post(slot, order));
        assertThat(orders).map(world::await).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(ResultStatus.CONTAINER_EXITED);
            assertThat(result.getErrorMessage()).endsWith("exit status 5");
        });
    }

    @Test
    void aConcurrencyThatIsNoneIsNamedInTheError() {
        FunctionVersion version =
                deploy("bad", "python3", "app.handler", "many", Zips.of("app.py", PYTHON, "n", "bad"));
        Dispatch order = world.order(slot, "bad", version, "k", "{}");
        world.post(slot, order);
        Result failed = world.await(order);
        assertThat(failed.getErrorType()).isEqualTo("Runtime.InvalidConfiguration");
        assertThat(failed.getErrorMessage()).contains(ContainerConcurrency.VARIABLE, "'many'", "1 to 128");
    }

    private void runTogether(FunctionVersion version, String function) throws Exception {
        List<Dispatch> orders = Stream.generate(() -> world.order(slot, function, version, "k", "{}"))
                .limit(TOGETHER)
                .toList();
        orders.forEach(order -> world.post(slot, order));
        String container = world.await(orders.get(0)).getContainerId();
        for (Dispatch order : orders) {
            Result result = world.await(order);
            assertThat(result.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
            assertThat(result.getContainerId()).isEqualTo(container);
            assertThat(ExecutorContract.json(result).path("shared").asInt()).isEqualTo(TOGETHER);
            assertThat(ExecutorContract.json(result).path("id").asText())
                    .isEqualTo(order.getInvocation().getId());
        }
    }

    private FunctionVersion deploy(String name, String runtime, String handler, String concurrency, byte[] zip) {
        FunctionVersion plain = world.deploy(name, runtime, handler, 20_000, zip);
        FunctionVersion version = FunctionVersion.newBuilder(plain)
                .setRevision(plain.getRevision() + 1_000)
                .setEnvironment(Map.of(ContainerConcurrency.VARIABLE, concurrency))
                .build();
        world.announce(name, version);
        return version;
    }
}
