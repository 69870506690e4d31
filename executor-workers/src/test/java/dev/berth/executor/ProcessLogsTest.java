package dev.berth.executor;

import java.nio.file.Files;
import org.junit.jupiter.api.Tag;

@Tag("integration")
class ProcessLogsTest extends LogsContract {
    @Override
    ContainerBackend backend() {
        return ContainerBackend.PROCESS;
    }

    @Override
    void requireBackend() {}

    @Override
    String signal() {
        return directory.resolve("go").toString();
    }

    @Override
    void release(String containerId) throws Exception {
        Files.createFile(directory.resolve("go"));
    }
}
