package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static String submit(String payload, String... options) {
        Ran ran = berth.run(
                Stream.concat(Stream.of("invoke", "stage", "--async", "--payload", payload), Stream.of(options))
                        .toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out().strip();
    }
}
