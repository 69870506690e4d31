package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When jobs run, and how they are stopped, from the command line to their containers. */
@Tag("integration")
@Tag("A6")
@Timeout(180)
class JobControlTest {
    @TempDir
    private Path data;

    @TempDir
    private Path files;

    @Test
    void aDelayedJobRunsAtItsTimeThoughBerthWasRestartedMeanwhile() {
        String id;
        try (RunningBerth first = new RunningBerth(data)) {
            new Stage(first, files).deploy("stage");
            id = submit(first, "stage", "{}", "--delay", "15s");
            assertThat(status(first, id)).isEqualTo("delayed");
        }
        try (RunningBerth second = new RunningBerth(data)) {
            JsonNode ended = second.run("jobs", "wait", id, "--json").json();
            assertThat(ended.path("status").asText()).isEqualTo("succeeded");
            long dueMs = second.await(
                            second.berth().topics().invocations(),
                            i -> i.getId().equals(id))
                    .orElseThrow()
                    .getNotBeforeMs();
            Result result = second.await(
                            second.berth().topics().results(),
                            r -> r.getInvocationId().equals(id))
                    .orElseThrow();
            assertThat(result.getTimings().getStartedUs()).isGreaterThanOrEqualTo(dueMs * 1_000);
        }
    }

    @Test
    void aCancelledJobEndsWhereverItIsAndItsContainerWithIt() throws Exception {
        try (RunningBerth berth = new RunningBerth(data)) {
            Stage.Held held = limitedToOne(berth);
            held.release();
            held.answer().join();
            Path bell = files.resolve("bell");
            String running = submit(
                    berth,
                    "stage",
                    "{\"bell\":\"" + bell + "\",\"gate\":\"" + files.resolve("never") + "\"}",
                    "--key",
                    "k");
            String waiting = submit(berth, "stage", "{}", "--key", "k");
            String delayed = submit(berth, "stage", "{}", "--key", "k", "--delay", "1h");
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(bell));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> status(berth, running).equals("running"));

            cancel(berth, delayed);
            awaitStatus(berth, delayed, "cancelled");
            cancel(berth, running);
            awaitStatus(berth, running, "cancelled");
            awaitStatus(berth, waiting, "succeeded");

            Result stopped = berth.await(
                            berth.berth().topics().results(),
                            r -> r.getInvocationId().equals(running))
                    .orElseThrow();
            Result next = berth.await(
                            berth.berth().topics().results(),
                            r -> r.getInvocationId().equals(waiting))
                    .orElseThrow();
            assertThat(stopped.getStatus()).isEqualTo(ResultStatus.CANCELLED);
            assertThat(next.getContainerId()).isNotEqualTo(stopped.getContainerId());
        }
    }

    @Test
    void ofTheJobsThatWaitTheMostUrgentRunFirst() throws Exception {
        try (RunningBerth berth = new RunningBerth(data)) {
            Stage.Held held = limitedToOne(berth);
            Path log = files.resolve("order.log");
            List<String> ids = new ArrayList<>();
            for (String priority : List.of("-5", "0", "7", "100")) {
                String payload = "{\"log\":\"" + log + "\",\"id\":\"p" + priority + "\"}";
                ids.add(submit(berth, "stage", payload, "--priority", priority));
            }
            held.release();
            ids.forEach(id -> awaitStatus(berth, id, "succeeded"));
            assertThat(Files.readAllLines(log).stream().filter(line -> line.startsWith("start ")))
                    .containsExactly("start p100", "start p7", "start p0", "start p-5");
        }
    }

    /** A function of which one may run at a time, and of which one runs. */
    private Stage.Held limitedToOne(RunningBerth berth) {
        Stage stage = new Stage(berth, files);
        stage.deploy("stage");
        assertThat(berth.run("functions", "concurrency", "stage", "1").exitCode())
                .isZero();
        Stage.Held held = stage.hold("stage", "first");
        await("the limit")
                .atMost(Duration.ofSeconds(30))
                .until(() -> berth.run("invoke", "stage").err().contains("may run 1 invocations at a time"));
        return held;
    }

    private static String submit(RunningBerth berth, String function, String payload, String... options) {
        List<String> args = new ArrayList<>(List.of("invoke", function, "--async", "--payload", payload));
        args.addAll(List.of(options));
        Ran ran = berth.run(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out().strip();
    }

    private static void cancel(RunningBerth berth, String id) {
        Ran ran = berth.run("jobs", "cancel", id);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private static String status(RunningBerth berth, String id) {
        return berth.run("jobs", id, "--json").json().path("status").asText();
    }

    private static void awaitStatus(RunningBerth berth, String id, String status) {
        await(id + " is " + status).atMost(Duration.ofSeconds(30)).until(() -> status(berth, id), status::equals);
    }
}
