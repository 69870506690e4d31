package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.executor.pool.PrewarmRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The three ways by which a container comes, and what is told of them: through broker, router, executor and gateway. */
@Tag("integration")
@Tag("T2")
@Tag("T3")
@Timeout(120)
class StartsTest {
    @TempDir
    private static Path data;

    private static LocalBerth berth;
    private static Path code;

    @BeforeAll
    static void start() throws IOException {
        code = Files.writeString(data.resolve("hello.py"), "def handler(event, context):\n    return 'hello'\n");
        berth = new LocalBerth(
                new LocalConfig(
                        1,
                        ContainerChoice.PROCESS,
                        0,
                        0,
                        data.resolve("berth"),
                        RunningBerth.HOME,
                        ContainerConfig.USUAL.withPrewarm(List.of(
                                new PrewarmRule("python3", 256, 1, 1, PrewarmRule.USUAL_TTL_MS),
                                new PrewarmRule("java", 128, 1, 1, PrewarmRule.USUAL_TTL_MS)))),
                progress -> {});
        berth.start();
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("C2")
    void aJavaFunctionStartsInAContainerThatWaitedWithoutAJvm() throws Exception {
        Path classes = JavaExample.classes(Files.createDirectory(data.resolve("java")));
        Ran deployed = run(
                "deploy", classes.toString(), "--name", "jvm", "--runtime", "java", "--handler", JavaExample.HANDLER);
        assertThat(deployed.exitCode()).as(deployed.err()).isZero();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> run("instances").out().contains("java:128 1"));

        Ran ran = run("invoke", "jvm", "--json", "--payload", "{\"name\":\"Ada\"}");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.json().path("route").path("reuse").asText()).isEqualTo("prewarmed");
        assertThat(run("starts", "--json", "--function", "jvm").exitCode()).isZero();
    }

    @Test
    void warmPrewarmedAndColdStartsAreToldApartAndTheirMissesExplained() {
        deploy("ready", "128");
        deploy("huge", "512");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> run("instances").out().contains("python3:256 1"));

        assertThat(invoke("ready")).isEqualTo("prewarmed");
        assertThat(invoke("ready")).isEqualTo("warm");
        assertThat(invoke("huge")).as("larger than what is prewarmed").isEqualTo("cold");

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(starts(of("ready"), "warm")).isEqualTo(1);
            assertThat(starts(of("ready"), "prewarmed")).isEqualTo(1);
            assertThat(starts(of("huge"), "cold")).isEqualTo(1);
        });
        JsonNode within = run("starts", "--json", "--bound", "3600000").json();
        assertThat(within.path("slowest")).isEmpty();
        JsonNode missed =
                run("starts", "--json", "--bound", "0", "--function", "ready").json();
        assertThat(missed.path("slowest")).hasSize(2);
        for (JsonNode miss : missed.path("slowest")) {
            assertThat(miss.path("stages").path(miss.path("cause").asText()).asDouble())
                    .isPositive();
        }
        assertThat(run("starts", "--bound", "0", "--function", "huge").out())
                .contains("over 0 ms", "The slowest:", "of huge, cold, ");
        assertThat(starts(run("starts", "--json", "--function", "nobody").json(), "cold"))
                .isZero();
        assertThat(starts(run("starts", "--json", "--tenant", "other").json(), "cold"))
                .isZero();
    }

    private static void deploy(String name, String memoryMb) {
        Ran ran = run(
                "deploy",
                code.toString(),
                "--name",
                name,
                "--runtime",
                "python3",
                "--handler",
                "hello.handler",
                "--memory",
                memoryMb);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private static String invoke(String function) {
        Ran ran = run("invoke", function, "--json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json().path("route").path("reuse").asText();
    }

    private static JsonNode of(String function) {
        return run("starts", "--json", "--function", function).json();
    }

    private static int starts(JsonNode told, String path) {
        for (JsonNode row : told.path("paths")) {
            if (row.path("path").asText().equals(path)) {
                return row.path("starts").asInt();
            }
        }
        throw new AssertionError(told.toString());
    }

    private static Ran run(String... args) {
        return Ran.berth(Stream.concat(Stream.of(args), Stream.of("--url", berth.gatewayUrl()))
                .toArray(String[]::new));
    }
}
