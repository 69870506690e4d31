package dev.berth.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        return Processes.of(instanceId);
    }

    /** Processes that carry a container id of an instance in their environment. */
    static final class Processes {
        private Processes() {}

        static int of(String instanceId) {
            try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                int found = 0;
                for (Path process : all) {
                    found += environment(process).contains("BERTH_CONTAINER_ID=" + instanceId + "-") ? 1 : 0;
                }
                return found;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static String environment(Path process) {
            try {
                return new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                return ""; // It has just ended, or is not ours.
            }
        }
    }
}
