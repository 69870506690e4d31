package dev.berth.executor;

import org.junit.jupiter.api.Tag;

@Tag("integration")
class ProcessRuntimesTest extends RuntimesContract {
    @Override
    ExecutorConfig config() {
        return new ExecutorConfig(
                "r1",
                world.kafka,
                world.registry,
                world.topics,
                ContainerBackend.PROCESS,
                home.resolve("r1"),
                3,
                2_048);
    }

    @Override
    void requireBackend() {}
}
