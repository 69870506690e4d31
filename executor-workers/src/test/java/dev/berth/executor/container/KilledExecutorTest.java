package dev.berth.executor.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.berth.executor.DockerEngine;
import dev.berth.executor.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of an executor, with one container idle, two without code, and one in a loop that never ends. */
@Tag("chaos")
@Tag("C5")
class KilledExecutorTest {
    @TempDir
    Path directory;

    private Path code;

    @BeforeEach
    void writeCode() throws IOException {
        code = Files.createDirectory(directory.resolve("code"));
        Files.writeString(code.resolve("app.py"), """
                import subprocess

                def handler(event, context):
                    subprocess.Popen(["sleep", "1000"])
                    print("running")
                    while True:
                        pass
                """);
    }

    @Test
    void noProcessOutlivesIt() throws Exception {
        Process victim = victim("process", "killed");
        try {
            assertThat(Processes.of("killed")).isGreaterThanOrEqualTo(5);
        } finally {
            victim.destroyForcibly().waitFor();
        }
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> Processes.of("killed") == 0);
    }

    @Test
    @Tag("docker")
    void itsSuccessorRemovesTheContainersThatOutliveIt() throws Exception {
        DockerEngine.required();
        try (DockerClient docker = DockerEngine.client()) {
            Process victim = victim("docker", "killed");
            try {
                assertThat(containersOf(docker)).isEqualTo(4);
                victim.destroyForcibly().waitFor();
                // Those that wait notice that their Runtime API is gone; the busy one does not look.
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> containersOf(docker) == 1);
            } finally {
                victim.destroyForcibly().waitFor();
                new DockerRuntime("killed", directory.resolve("home"), DockerSettings.USUAL, InstanceGrants.NONE)
                        .close();
            }
            assertThat(containersOf(docker)).isZero();
            assertThat(docker.listNetworksCmd().withFilter("label", labels()).exec())
                    .isEmpty();
        }
    }

    private Process victim(String backend, String instanceId) throws IOException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        Victim.class.getName(),
                        backend,
                        instanceId,
                        directory.resolve("home").toString(),
                        code.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals("all is as described")) {
                return victim;
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("The victim ended by itself:\n" + said);
    }

    private int containersOf(DockerClient docker) {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withFilter("label", labels())
                .exec()
                .size();
    }

    private List<String> labels() {
        return List.of(DockerRuntime.INSTANCE + "=killed", DockerRuntime.HOME + "=" + directory.resolve("home"));
    }
}
