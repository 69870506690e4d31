package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.Images;
import dev.berth.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code berth up --containers docker} in a process of its own, killed as no program can refuse to be. */
@Tag("chaos")
@Tag("docker")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class KilledBerthTest {
    @TempDir
    private Path data;

    @BeforeEach
    void anEngineAnswers() {
        assumeTrue(Images.engineAnswers(), "DOCKER TESTS SKIPPED: no Docker engine answers");
    }

    @Test
    @Tag("C5")
    @Tag("R17")
    void whoComesAfterAKilledOneFindsThePinsAndLeavesNoneOfItsContainers() throws Exception {
        String first;
        try (Up up = new Up(data)) {
            up.berth(
                    "deploy",
                    RunningBerth.HOME.resolve("examples/hello-python").toString(),
                    "--name",
                    "hello",
                    "--runtime",
                    "python3",
                    "--handler",
                    "hello.handler");
            first = container(up.invoke());
            JsonNode second = up.invoke();
            assertThat(container(second)).isEqualTo(first);
            // Else the router may not have heard yet that it has ended, and its successor runs it again.
            await().until(() -> up.berth("jobs", second.path("id").asText(), "--json")
                    .json()
                    .path("status")
                    .asText()
                    .equals("succeeded"));
            up.kill();
        }
        try (Up up = new Up(data)) {
            assertThat(containers()).as("of the dead run").isEmpty();
            JsonNode again = up.invoke();
            assertThat(again.path("route").path("reuse").asText()).isEqualTo("replaced");
            assertThat(container(again)).isNotEqualTo(first);
            assertThat(container(up.invoke())).as("the pin").isEqualTo(container(again));
            assertThat(containers()).hasSize(1);
        }
        assertThat(containers()).isEmpty();
        assertThat(docker("network", "ls", "--filter", "label=dev.berth.instance", "--format", "{{.Labels}}"))
                .noneMatch(labels -> labels.contains(data.toString()));
    }

    @Test
    @Tag("S5")
    void aContainerRuntimeThatTheEngineHasNotIsNamedWithThoseItHas() {
        Ran ran = Ran.berth(
                "up",
                "--containers",
                "docker",
                "--container-runtime",
                "kata",
                "--port",
                "0",
                "--kafka-port",
                "0",
                "--data",
                data.toString());
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.errors().get(ran.errors().size() - 1)).contains("no container runtime 'kata'", "runc");
    }

    private static String container(JsonNode answer) {
        return answer.path("route").path("container").asText();
    }

    private List<String> containers() throws IOException, InterruptedException {
        return docker("ps", "-a", "--filter", "label=dev.berth.container", "--format", "{{.Labels}}").stream()
                .filter(labels -> labels.contains(data.toString()))
                .toList();
    }

    private static List<String> docker(String... args) throws IOException, InterruptedException {
        Process docker = new ProcessBuilder(
                        Stream.concat(Stream.of("docker"), Stream.of(args)).toList())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(docker.waitFor()).isZero();
        return said.lines().toList();
    }

    /** A {@code berth up} that answers. */
    private static final class Up implements AutoCloseable {
        private final Process process;
        private final String url;

        Up(Path data) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-Dberth.home=" + RunningBerth.HOME,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()));
            command.addAll(List.of("up", "--containers", "docker", "--instances", "2", "--port", "0"));
            command.addAll(List.of("--kafka-port", "0", "--data", data.toString(), "--json"));
            // A container that waits for code may come at any moment: the count would depend on when it is taken.
            command.addAll(List.of("--prewarm", "none"));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String ready = out.readLine();
            assertThat(ready).as("what up says when it is ready").isNotNull();
            url = Json.parse(ready.getBytes(StandardCharsets.UTF_8))
                    .path("gateway")
                    .asText();
        }

        JsonNode invoke() {
            return berth("invoke", "hello", "--key", "k", "--json").json();
        }

        Ran berth(String... args) {
            Ran ran = Ran.berth(
                    Stream.concat(Stream.of(args), Stream.of("--url", url)).toArray(String[]::new));
            assertThat(ran.exitCode()).as(ran.err()).isZero();
            return ran;
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }
}
