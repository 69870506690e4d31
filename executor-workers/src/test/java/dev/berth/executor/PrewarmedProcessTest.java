package dev.berth.executor;

import org.junit.jupiter.api.Tag;

@Tag("integration")
class PrewarmedProcessTest extends PrewarmedContract {
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
