package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.berth.cli.text.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs from the command line to a container and back. */
@Tag("integration")
class JobsTest {
    @TempDir
    private static Path files;

    private static RunningBerth berth;

    @BeforeAll
    static void start(@TempDir Path data) {
        berth = new RunningBerth(data);
        new Stage(berth, files).deploy("stage", "--retries", "0");
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("A2")
    void theSameKeyIsOneJobThatRunsOnce() {
        String first = submit("{}", "--idempotency-key", "order 17");
        assertThat(submit("{}", "--idempotency-key", "order 17")).isEqualTo(first);
        Ran ended = berth.run("jobs", "wait", first, "--json");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.json().path("status").asText()).isEqualTo("succeeded");
        assertThat(submit("{}", "--idempotency-key", "order 17")).isEqualTo(first);
        Ran other = berth.run("invoke", "stage", "--async", "--payload", "{\"n\":1}", "--idempotency-key", "order 17");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("ResourceConflictException");
    }

    @Test
    @Tag("A1")
    void watchTellsOfTheLastStatusAndWaitFailsIfTheJobDoes() {
        String id = submit(
                "{\"log\":\"" + files.resolve("watched.log") + "\",\"id\":\"w\",\"failures\":9}", "--priority", "3");
        List<String> lines = berth.run("jobs", "watch", id).out().lines().toList();

        assertThat(lines.get(lines.size() - 1)).endsWith("dead-lettered");
        assertThat(berth.run("jobs", "wait", id).exitCode()).isEqualTo(1);
        assertThat(berth.run("jobs", "list", "--function", "stage", "--status", "dead-lettered")
                        .out())
                .contains(id);
        assertThat(berth.run("jobs", "cancel", id).err()).contains("dead-lettered");
        assertThat(berth.run("jobs", "watch", "nobody").exitCode()).isEqualTo(1);
        assertThat(berth.run("invoke", "stage", "--delay", "1s").exitCode())
                .as("a delay without --async")
                .isEqualTo(2);
    }

    @Test
    @Tag("O4")
    void waitGivesUpAfterItsTimeAndTheJobGoesOn() throws Exception {
        Path gate = files.resolve("patience.gate");
        String id = submit("{\"gate\":\"" + gate + "\"}");

        Ran gaveUp = berth.run("jobs", "wait", id, "--timeout", "300ms", "--json");

        assertThat(gaveUp.exitCode()).isEqualTo(1);
        assertThat(gaveUp.err()).contains(id).contains("0.3 s").contains("goes on");
        assertThat(gaveUp.json().path("id").asText()).isEqualTo(id);
        Files.createFile(gate);
        assertThat(berth.run("jobs", "wait", id, "--timeout", "1m", "--json")
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("succeeded");
        assertThat(berth.run("jobs", "wait", id, "--timeout", "soon").exitCode())
                .isEqualTo(2);
    }

    @Test
    @Tag("O4")
    void whatCommandsSayInJsonIsJsonLineByLine() {
        submit("{}", "--key", "json");
        for (String command : List.of(
                "functions",
                "functions show stage",
                "functions concurrency stage",
                "versions stage",
                "alias stage",
                "jobs",
                "jobs list --limit 3",
                "pins",
                "instances",
                "starts --since 1h",
                "decisions list --from -1h",
                "invoke stage",
                "logs stage --since 1h")) {
            Ran ran = berth.run(Stream.concat(Stream.of(command.split(" ")), Stream.of("--json"))
                    .toArray(String[]::new));
            assertThat(ran.exitCode()).as(command + ": " + ran.err()).isZero();
            ran.out()
                    .lines()
                    .forEach(line -> assertThatCode(() -> Json.parse(line.getBytes(StandardCharsets.UTF_8)))
                            .as(command)
                            .doesNotThrowAnyException());
        }
    }

    private static String submit(String payload, String... options) {
        Ran ran = berth.run(
                Stream.concat(Stream.of("invoke", "stage", "--async", "--payload", payload), Stream.of(options))
                        .toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out().strip();
    }
}
