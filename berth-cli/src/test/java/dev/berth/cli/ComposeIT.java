package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.Images;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker-compose.yml} with the override for machines that reach no registry, on the real engine. */
@Tag("docker")
@Tag("O1")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ComposeIT {
    private static final String SKIPPED =
            "DOCKER TESTS SKIPPED: no Docker engine answers, or there is no docker-compose"
                    + " (Debian: apt-get install docker-compose), so docker-compose.yml was not tried";
    private static final String PROJECT = "berthcomposeit";
    private static final List<String> PORTS = List.of(
            "GATEWAY_PORT",
            "KAFKA_PORT",
            "REGISTRY_PORT",
            "R1_PORT",
            "R2_PORT",
            "TRIGGERS_PORT",
            "E1_PORT",
            "E2_PORT",
            "E3_PORT");

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void start() throws Exception {
        boolean there = Images.engineAnswers()
                && Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "docker-compose")));
        if (!there) {
            System.err.println("*** " + SKIPPED + " ***");
        }
        assumeTrue(there, SKIPPED);
        for (String port : PORTS) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                variables.put(port, Integer.toString(socket.getLocalPort()));
            }
        }
        variables.put("EXECUTOR_DIR", folder.resolve("executors").toString());
        run(List.of(
                RunningBerth.HOME.resolve("executor-workers/images/build.sh").toString(), "berth"));
        compose("down", "--volumes");
        compose("up", "--detach");
    }

    @AfterEach
    void stop() throws Exception {
        compose("down", "--volumes", "--timeout", "40");
        assertThat(run(List.of(
                        "docker", "ps", "-a", "--filter", "label=dev.berth.container", "--format", "{{.Labels}}")))
                .as("containers of functions that are left")
                .doesNotContain(folder.toString());
    }

    @Test
    void theWholeSystemComesUpAndAnswersAnInvocationInAContainerOfTheEngine() throws Exception {
        String url = "http://127.0.0.1:" + variables.get("GATEWAY_PORT");
        String example = RunningBerth.HOME.resolve("examples/hello-python").toString();
        await("a function can be deployed")
                .atMost(Duration.ofMinutes(3))
                .until(() -> Ran.berth(
                                        "deploy",
                                        example,
                                        "--name",
                                        "hello",
                                        "--runtime",
                                        "python3",
                                        "--handler",
                                        "hello.handler",
                                        "--url",
                                        url)
                                .exitCode()
                        == 0);
        await("three executors take work")
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                        running(Ran.berth("instances", "--json", "--url", url).json()) == 3);
        Ran ran =
                Ran.berth("invoke", "hello", "--payload", "{\"name\":\"Ada\"}", "--key", "ada", "--json", "--url", url);
        assertThat(ran.exitCode()).as(ran.err() + logs()).isZero();
        JsonNode answer = ran.json();
        assertThat(answer.toString()).contains("Ada");
        assertThat(answer.path("route").path("instance").asText()).isIn("e1", "e2", "e3");
        String container = answer.path("route").path("container").asText();
        assertThat(run(List.of("docker", "ps", "--format", "{{.Labels}}"))).contains(container);
    }

    private static long running(JsonNode instances) {
        return StreamSupport.stream(instances.path("instances").spliterator(), false)
                .filter(each -> each.path("state").asText().equals("running"))
                .count();
    }

    private String logs() throws Exception {
        return compose("logs", "--tail", "20", "--no-color");
    }

    private String compose(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker-compose", "--project-name", PROJECT));
        for (String file : List.of("docker-compose.yml", "compose/local.yml")) {
            command.addAll(List.of("-f", RunningBerth.HOME.resolve(file).toString()));
        }
        command.addAll(List.of(words));
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES))
                    .as("%s ended", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
