package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        try (Up up = up()) {
            up.deployHello();
            first = container(invoke(up));
            JsonNode second = invoke(up);
            assertThat(container(second)).isEqualTo(first);
            // Else the router may not have heard yet that it has ended, and its successor runs it again.
            await().until(() -> up.berth("jobs", second.path("id").asText(), "--json")
                    .json()
                    .path("status")
                    .asText()
                    .equals("succeeded"));
            up.kill();
        }
        try (Up up = up()) {
            assertThat(containers()).as("of the dead run").isEmpty();
            JsonNode again = invoke(up);
            assertThat(again.path("route").path("reuse").asText()).isEqualTo("replaced");
            assertThat(container(again)).isNotEqualTo(first);
            assertThat(container(invoke(up))).as("the pin").isEqualTo(container(again));
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

    private Up up() throws IOException {
        // A container that waits for code may come at any moment: the count would depend on when it is taken.
        return new Up(data, "docker", "--prewarm", "none");
    }

    private static JsonNode invoke(Up up) {
        return up.berth("invoke", "hello", "--key", "k", "--json").json();
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
}
