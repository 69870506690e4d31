package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Assignment;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.FunctionVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("chaos")
class BrokerLossTest {
    @Test
    void anExecutorWhoseBrokerIsGoneStillClosesAndLeavesNothing(@TempDir Path directory) throws Exception {
        RouterAndFleet world = new RouterAndFleet();
        FunctionVersion function = world.deploy(
                "py", "python3", "app.handler", 3_000, Zips.of("app.py", ExecutorContract.resource("app.py")));
        Executor executor = Executor.start(new ExecutorConfig(
                "orphan", world.kafka, world.registry, world.topics, ContainerBackend.PROCESS, directory, 2, 512));
        Assignment slot = world.assign("orphan", 0, 1);
        executor.ready().get(20, TimeUnit.SECONDS);
        Dispatch order = world.order(slot, "py", function, "k", "{}");
        world.post(slot, order);
        world.await(order);
        assertThat(Processes.of("orphan")).isPositive();

        world.close();

        assertThat(CompletableFuture.runAsync(executor::close)).succeedsWithin(Duration.ofSeconds(30));
        assertThat(Processes.of("orphan")).isZero();
    }
}
