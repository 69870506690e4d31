package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What became of invocations, told by {@code berth explain}; and the log of it, decided again after each test. */
@Tag("integration")
@Timeout(120)
class ExplainTest {
    private static final Pattern EXPLAIN = Pattern.compile("berth explain (\\S+)");

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

    @AfterEach
    void everythingThatRanIsDecidedTheSameAgain() {
        Ran ran = berth.run("decisions", "verify", "--from", "-1h");
        assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).contains("0 differ");
    }

    @Test
    @Tag("R19")
    void aColdAndAWarmInvocationAreTold() {
        stage.deploy("told");
        JsonNode cold = stage.invoke("told", "{}", "--key", "ATL");
        JsonNode warm = stage.invoke("told", "{}", "--key", "ATL");

        assertThat(explained(cold))
                .contains("of told, key ATL: succeeded.", "had no container yet")
                .containsPattern("It ran in the new container " + Stage.container(cold) + ", which took .* to start");
        assertThat(explained(warm))
                .contains("Key ATL is pinned to container " + Stage.container(warm))
                .contains("it was idle, so the invocation went there", "It waited", "and ran");

        String verbose = oneLine(berth.run("explain", id(warm), "--verbose").out());
        assertThat(verbose).contains("pin, expected wait not known", "in flight", "slots", "chosen, the pin");
        JsonNode json = berth.run("explain", id(warm), "--json").json();
        JsonNode dispatch = json.path("attempts").path(0).path("dispatch");
        assertThat(dispatch.path("reason").asText()).isEqualTo("pin");
        assertThat(dispatch.path("decision").path("key").path("pinInstanceId").asText())
                .isEqualTo(dispatch.path("instance").asText());
    }

    @Test
    @Tag("R19")
    void aSpilledInvocationIsTold() throws Exception {
        stage.deploy("spilling");
        String pinned = Stage.container(stage.invoke("spilling", "{}", "--key", "k"));
        Stage.Held held = stage.hold("spilling", "spilling", "--key", "k");

        JsonNode spilled = stage.invoke("spilling", "{}", "--key", "k", "--busy", "spill");
        held.release();
        held.answer().join();

        assertThat(spilled.path("route").path("reuse").asText()).isEqualTo("spilled");
        assertThat(Stage.container(spilled)).isNotEqualTo(pinned);
        assertThat(explained(spilled))
                .contains("busy", "asked not to wait", Stage.container(spilled))
                .contains("The key's pin stays where it was, on instance local-");
    }

    @Test
    @Tag("R19")
    void aReplacedInvocationIsTold() {
        Ran deployed = berth.run(
                "deploy",
                RunningBerth.FIXTURES.resolve("trouble").toString(),
                "--name",
                "dying",
                "--runtime",
                "python3",
                "--handler",
                "trouble.handler");
        assertThat(deployed.exitCode()).as(deployed.err()).isZero();
        stage.invoke("dying", "{}", "--key", "k");
        Ran died = berth.run("invoke", "dying", "--key", "k", "--payload", "{\"do\":\"exit\"}");
        assertThat(died.exitCode()).isEqualTo(1);

        JsonNode replaced = stage.invoke("dying", "{}", "--key", "k");

        assertThat(replaced.path("route").path("reuse").asText()).isEqualTo("replaced");
        assertThat(explained(replaced)).contains("gone", Stage.container(replaced));
    }

    @Test
    @Tag("R19")
    void aThrottledInvocationIsToldByTheIdThatTheRefusalNames() throws Exception {
        stage.deploy("narrow", "--concurrency", "1");
        Stage.Held held = stage.hold("narrow", "narrow", "--key", "k");
        Ran throttled = berth.run("invoke", "narrow", "--key", "other");
        held.release();
        held.answer().join();

        Matcher named = EXPLAIN.matcher(throttled.err());
        assertThat(named.find()).as(throttled.err()).isTrue();
        assertThat(explained(named.group(1)))
                .contains("rejected", "It was throttled", "may run 1 invocations at a time", "It ran nowhere.");
    }

    @Test
    @Tag("R19")
    void aRetriedInvocationIsToldAttemptByAttempt() {
        stage.deploy("retried", "--retries", "1", "--retry-backoff", "50ms");
        Path log = files.resolve("retried.log");
        String event = "{\"id\":1,\"log\":\"" + log + "\",\"failures\":9}";
        String id = berth.run("invoke", "retried", "--async", "--key", "k", "--payload", event)
                .out()
                .strip();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> berth.run("jobs", id).out().contains("dead-lettered"));

        assertThat(explained(id))
                .contains("Attempt 1: ", "It failed there", "it was run again", "Attempt 2: ")
                .contains("given up after 2 attempts", "dead letters", "as asked");
    }

    @Test
    @Tag("R19")
    void whatWouldHappenNowIsToldAndRunsNothing() throws Exception {
        stage.deploy("asked");
        assertThat(oneLine(berth.run("explain", "--function", "asked", "--key", "k")
                        .out()))
                .contains("has no container yet", "would need a new one");
        stage.invoke("asked", "{}", "--key", "k");
        assertThat(oneLine(berth.run("explain", "--function", "asked", "--key", "k")
                        .out()))
                .contains("Key k is pinned to instance local-", "would go there");
        Stage.Held held = stage.hold("asked", "asked", "--key", "k");
        assertThat(oneLine(berth.run("explain", "--function", "asked", "--key", "k", "--busy", "wait")
                        .out()))
                .contains("is busy", "asks to wait");
        Ran refused = berth.run("explain", "--function", "asked", "--key", "k", "--busy", "fail");
        assertThat(refused.exitCode()).isZero();
        assertThat(oneLine(refused.out())).contains("It would be refused", "busy");
        held.release();

        assertThat(held.answer().join().path("payload").path("calls").asInt()).isEqualTo(2);
        assertThat(berth.run("explain", "--function", "nobody").err()).contains("nobody");
    }

    @Test
    void anUnknownIdIsOneLineThatSaysWhereWasLooked() {
        Ran ran = berth.run("explain", "no-such-invocation");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.err()).contains("no-such-invocation", "60 minutes", "--since");
    }

    @Test
    @Tag("R20")
    void theLogOfABusyTimeIsDecidedTheSameAgain() {
        stage.deploy("busy");
        String[] policies = {"auto", "spill", "wait", "auto"};
        List<CompletableFuture<JsonNode>> crowd = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String key = "k" + i % 7;
            String policy = policies[i % policies.length];
            crowd.add(CompletableFuture.supplyAsync(() -> stage.invoke("busy", "{}", "--key", key, "--busy", policy)));
        }
        crowd.forEach(CompletableFuture::join);

        JsonNode verified =
                berth.run("decisions", "verify", "--function", "busy", "--json").json();
        assertThat(verified.path("decisions").asInt()).isGreaterThanOrEqualTo(60);
        assertThat(verified.path("same").asInt())
                .isEqualTo(verified.path("decisions").asInt());
        assertThat(verified.path("differences")).isEmpty();
        assertThat(verified.path("faults")).isEmpty();
        Ran listed = berth.run("decisions", "list", "--function", "busy", "--key", "k3", "--limit", "5");
        assertThat(listed.out().lines()).hasSize(6);
        assertThat(listed.out()).contains("invocation", "k3", "local-").doesNotContain("k4");
        assertThat(berth.run("decisions", "verify", "--from", "-2h", "--to", "-1h")
                        .out())
                .startsWith("0 decisions");
    }

    @Test
    @Tag("R20")
    void aLogThatWasTamperedWithDoesNotVerify() throws Exception {
        stage.deploy("tampered");
        String id = id(stage.invoke("tampered", "{}", "--key", "k"));
        TopicCatalogue.Topic<Dispatch> topic = berth.berth().topics().dispatch();
        Dispatch dispatch = berth.await(
                        topic, one -> one.getInvocation().getId().equals(id))
                .orElseThrow();
        String reason = dispatch.getDecision().getReason();
        assertThat(reason).startsWith("cold-");
        // Another tenant's, so that the log of the other tests is left as it is; at a slot that is no instance's.
        dispatch.getInvocation().setTenant("mallory");
        dispatch.getDecision().setReason("pin");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                berth.berth().kafka().producer("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = topic.codec(berth.berth().registry()).encode(dispatch);
            producer.send(new ProducerRecord<>(topic.name(), topic.partitions() - 1, null, value))
                    .get();
        }

        Ran ran = berth.run("decisions", "verify", "--tenant", "mallory");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("1 differ", id, "pin at local-", reason + " at local-");
        assertThat(ran.errors()).singleElement().asString().contains("1 decisions differ");
    }

    private static String explained(JsonNode answer) {
        return explained(id(answer));
    }

    /** The story of an invocation, once its outcome is in the gateway's view. */
    private static String explained(String id) {
        String[] told = new String[1];
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Ran ran = berth.run("explain", id);
            told[0] = oneLine(ran.out() + ran.err());
            return ran.exitCode() == 0 && !told[0].contains("no outcome");
        });
        return told[0];
    }

    private static String id(JsonNode answer) {
        return answer.path("id").asText();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
