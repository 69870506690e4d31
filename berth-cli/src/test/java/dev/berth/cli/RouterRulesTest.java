package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the router does when there is more than one container to choose from, or none: all of Berth, process containers. */
@Tag("integration")
@Timeout(120)
class RouterRulesTest {
    @TempDir
    private static Path data;

    @TempDir
    private static Path files;

    private static RunningBerth berth;

    private static Stage stage;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        stage = new Stage(berth, files);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R8")
    void withoutARoutingValueTheIdleContainerServesAndABusyOneIsNotWaitedFor() throws Exception {
        stage.deploy("anyone");
        String first = Stage.container(stage.invoke("anyone", "{}"));
        for (int i = 0; i < 3; i++) {
            assertThat(Stage.container(stage.invoke("anyone", "{}"))).isEqualTo(first);
        }
        Stage.Held held = stage.hold("anyone", "anyone");
        // Starting a container is learned to take longer than these run, so that some wait must be worth it: spill.
        JsonNode beside = stage.invoke("anyone", "{}", "--busy", "spill");
        assertThat(Stage.container(beside)).isNotEqualTo(first);
        held.release();
        assertThat(Stage.container(held.answer().join())).isEqualTo(first);
    }

    @Test
    @Tag("R14")
    void overItsLimitACallerIsThrottledOrWaitsAndThePinStays() throws Exception {
        stage.deploy("limited", "--concurrency", "1");
        String pinned = Stage.container(stage.invoke("limited", "{}", "--key", "k"));
        Stage.Held held = stage.hold("limited", "limited", "--key", "k");

        Ran throttled = berth.run("invoke", "limited", "--key", "other", "--json");
        assertThat(throttled.exitCode()).isNotZero();
        assertThat(throttled.err()).contains("TooManyRequestsException").contains("limited");
        CompletableFuture<JsonNode> waits =
                CompletableFuture.supplyAsync(() -> stage.invoke("limited", "{}", "--key", "k", "--busy", "wait"));
        String job =
                berth.run("invoke", "limited", "--async", "--key", "k").out().strip();
        held.release();

        assertThat(Stage.container(held.answer().join())).isEqualTo(pinned);
        assertThat(Stage.container(waits.join())).isEqualTo(pinned);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode ended = berth.run("jobs", job, "--json").json();
            assertThat(ended.path("status").asText()).isEqualTo("succeeded");
        });
    }

    @Test
    @Tag("R15")
    void theOldContainerServesUntilOneOfTheNewVersionIsReadyAndTheResultSaysWhichRan() {
        stage.deploy("rolling", "--keep-old-until-ready");
        JsonNode before = stage.invoke("rolling", "{}", "--key", "k");
        Ran updated = berth.run(
                "deploy",
                RunningBerth.HOME.resolve("examples/hello-python").toString(),
                "--name",
                "rolling",
                "--runtime",
                "python3",
                "--handler",
                "hello.handler",
                "--keep-old-until-ready");
        assertThat(updated.exitCode()).as(updated.err()).isZero();

        Set<String> containers = new HashSet<>();
        List<Boolean> isNew = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            JsonNode next = stage.invoke("rolling", "{}", "--key", "k");
            isNew.add(next.path("payload").has("hello"));
            containers.add(Stage.container(next));
            assertThat(next.path("route").path("reuse").asText()).isNotEqualTo("cold");
            return isNew.get(isNew.size() - 1);
        });
        assertThat(containers).hasSize(2).contains(Stage.container(before));
        assertThat(isNew.get(0)).as("the old one served meanwhile").isFalse();
    }

    @Test
    @Tag("R18")
    void aHotKeyUsesSeveralContainersAndComesBackToOne() throws Exception {
        stage.deploy("hot");
        String home = Stage.container(stage.invoke("hot", "{}", "--key", "k"));
        List<Stage.Held> crowd = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            crowd.add(stage.hold("hot", "hot" + i, "--key", "k", "--busy", "spill"));
        }
        for (Stage.Held one : crowd) {
            one.release();
        }
        Set<String> used = new HashSet<>();
        for (Stage.Held one : crowd) {
            used.add(Stage.container(one.answer().join()));
        }
        assertThat(used).hasSize(4).contains(home);
        for (int i = 0; i < 5; i++) {
            assertThat(Stage.container(stage.invoke("hot", "{}", "--key", "k"))).isEqualTo(home);
        }
    }

    @Test
    @Tag("R10")
    @Tag("R11")
    void aBusyFunctionKeepsItsContainerWhileOthersTakeTurnsForTheMemory() {
        stage.deploy("busy", "--memory", "512");
        String home = Stage.container(stage.invoke("busy", "{}"));
        for (int i = 0; i < 10; i++) {
            stage.invoke("busy", "{}");
        }
        Set<String> first = new HashSet<>();
        Set<String> second = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            String rare = "rare" + i % 6;
            if (i < 6) {
                stage.deploy(rare, "--memory", "512");
            }
            (i < 6 ? first : second).add(Stage.container(stage.invoke(rare, "{}")));
            assertThat(Stage.container(stage.invoke("busy", "{}"))).isEqualTo(home);
        }
        assertThat(first).as("some had to go: there is room for four in all").isNotEqualTo(second);
    }

    @Test
    @Tag("R21")
    void anOrderedFunctionRunsAKeysInvocationsOneAtATimeInOrderRetriesIncluded() {
        stage.deploy("ordered", "--ordered", "--retries", "2", "--retry-backoff", "100ms");
        Path log = files.resolve("ordered.log");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int failures = i == 3 ? 2 : i == 7 ? 1 : 0;
            publish(
                    "ordered",
                    "k",
                    "o" + i,
                    "{\"id\":" + i + ",\"log\":\"" + log + "\",\"failures\":" + failures + "}");
            for (int run = 0; run <= failures; run++) {
                expected.add("start " + i);
                expected.add("end " + i);
            }
        }
        assertThat(outcome("o11").getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
        assertThat(lines(log)).isEqualTo(expected);
        assertThat(outcome("o3").getAttempts()).hasSize(3);
    }

    @Test
    void anAsynchronousInvocationThatKeepsFailingIsADeadLetterAndTheNextOfItsKeyRuns() {
        stage.deploy("failing", "--retries", "1", "--retry-backoff", "50ms");
        Path log = files.resolve("failing.log");
        publish("failing", "k", "f1", "{\"id\":1,\"log\":\"" + log + "\",\"failures\":9}");
        publish("failing", "k", "f2", "{\"id\":2,\"log\":\"" + log + "\"}");

        assertThat(outcome("f2").getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
        Outcome failed = outcome("f1");
        assertThat(failed.getStatus()).isEqualTo(OutcomeStatus.DEAD_LETTERED);
        assertThat(failed.getAttempts()).hasSize(2);
        DeadLetter letter = berth.await(berth.berth().topics().deadLetters(), one -> "f1".equals(one.getInvocationId()))
                .orElseThrow();
        assertThat(letter.getAttempts()).isEqualTo(2);
        assertThat(letter.getMessage()).contains("as asked");
        assertThat(berth.run("jobs", "f1", "--json").json().path("status").asText())
                .isEqualTo("dead-lettered");
    }

    private static Outcome outcome(String id) {
        return berth.await(
                        berth.berth().topics().outcomes(),
                        outcome -> outcome.getInvocationId().equals(id))
                .orElseThrow();
    }

    private static void publish(String function, String key, String id, String payload) {
        berth.publish(
                "default/" + function + "/" + key,
                Invocation.newBuilder()
                        .setId(id)
                        .setFunction(function)
                        .setRoutingValue(key)
                        .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                        .build());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
