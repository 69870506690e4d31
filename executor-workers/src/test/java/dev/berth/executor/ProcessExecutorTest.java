package dev.berth.executor;

import org.junit.jupiter.api.Tag;

@Tag("integration")
class ProcessExecutorTest extends ExecutorContract {
    @Override
    ContainerBackend backend() {
        return ContainerBackend.PROCESS;
    }

    @Override
    void requireBackend() {}

    @Override
    int leftOvers(String instanceId) {
        return Processes.outsideEngines(instanceId);
    }
}
