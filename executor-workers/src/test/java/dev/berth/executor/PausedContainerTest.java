package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.InvocationBuilder;
import dev.berth.executor.pool.PoolLimits;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.Reuse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An idle container whose code would go on in the background, on the real engine. */
@Tag("docker")
@Tag("C6")
class PausedContainerTest {
    private static final String CODE = """
            import threading

            calls = 0

            def spin():
                while True:
                    pass

            threading.Thread(target=spin, daemon=True).start()

            def handler(event, context):
                global calls
                calls += 1
                return {"calls": calls}
            """;

    @TempDir
    Path home;

    private DockerClient docker;

    @Test
    void anIdleContainerUsesNoCpuAndAnswersWhenItIsAskedAgain() throws Exception {
        DockerEngine.required();
        docker = DockerEngine.client();
        RouterAndFleet world = new RouterAndFleet();
        ExecutorConfig config = new ExecutorConfig(
                        "p1", world.kafka, world.registry, world.topics, ContainerBackend.DOCKER, home, 2, 512)
                .withLimits(PoolLimits.of(2, 512).pausingAfterMs(200));
        FunctionVersion version = world.deploy("spinner", "python3", "app.handler", 10_000, Zips.of("app.py", CODE));
        try (Executor executor = Executor.start(config)) {
            Assignment slot = world.assign("p1", 3, 7);
            executor.ready().get(20, TimeUnit.SECONDS);
            String first = run(world, slot, version, 1).getContainerId();
            for (int call = 2; call <= 3; call++) {
                String engineId = awaitPaused();
                long usedNanos = cpuNanos(engineId);
                assertThat(usedNanos).isPositive();
                assertThat(cpuNanos(engineId)).as("CPU used after a while").isEqualTo(usedNanos);
                Result next = run(world, slot, version, call);
                assertThat(next.getContainerId()).isEqualTo(first);
                assertThat(next.getReuse()).isEqualTo(Reuse.WARM);
            }
            // It is paused when the instance closes, which must remove it all the same.
            awaitPaused();
            executor.close();
            assertThat(containers()).isEmpty();
        } finally {
            world.close();
            docker.close();
        }
    }

    private static Result run(RouterAndFleet world, Assignment slot, FunctionVersion version, int calls)
            throws Exception {
        Dispatch order = world.order(slot, "spinner", version, "k", "{}");
        world.post(slot, order);
        Result result = world.await(order);
        assertThat(ExecutorContract.json(result).path("calls").asInt()).isEqualTo(calls);
        return result;
    }

    private String awaitPaused() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        this::containers,
                        list -> list.size() == 1 && list.get(0).getState().equals("paused"))
                .get(0)
                .getId();
    }

    private List<Container> containers() {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of("dev.berth.instance=p1", "dev.berth.home=" + home))
                .exec();
    }

    /** The engine takes a second for it, between two readings of its own. */
    private long cpuNanos(String engineId) {
        InvocationBuilder.AsyncResultCallback<Statistics> callback = new InvocationBuilder.AsyncResultCallback<>();
        ResultCallback<Statistics> reading =
                docker.statsCmd(engineId).withNoStream(true).exec(callback);
        assertThat(reading).isSameAs(callback);
        return callback.awaitResult().getCpuStats().getCpuUsage().getTotalUsage();
    }
}
