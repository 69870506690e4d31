package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line against all of Berth on an embedded broker, with process containers. */
@Tag("integration")
@Timeout(120)
class RealPathTest {
    @TempDir
    private static Path data;

    private static RunningBerth berth;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        deploy("hello-python", "hello", "python3", "hello.handler");
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R1")
    @Tag("R16")
    void twoInvocationsOfOneKeyRunInTheSameContainer() {
        JsonNode first = invoke("hello", "--key", "ada", "--payload", "{\"name\":\"Ada\"}");
        JsonNode second = invoke("hello", "--key", "ada");

        assertThat(first.path("payload").path("hello").asText()).isEqualTo("Ada");
        assertThat(second.path("payload").path("calls").asInt())
                .isGreaterThan(first.path("payload").path("calls").asInt());
        JsonNode route = second.path("route");
        assertThat(route.path("container").asText())
                .isNotEmpty()
                .isEqualTo(first.path("route").path("container").asText());
        assertThat(route.path("instance").asText()).startsWith("local-");
        assertThat(route.path("reuse").asText()).isEqualTo("warm");
        assertThat(route.path("version").asText()).isEqualTo("$LATEST");
        assertThat(route.path("attempt").asInt()).isEqualTo(1);
        for (String stage : new String[] {"publishedUs", "routedUs", "receivedUs", "startedUs", "endedUs"}) {
            assertThat(route.path("timings").path(stage).asLong()).as(stage).isPositive();
        }
    }

    @Test
    @Tag("R22")
    void keysShareContainersUnlessTheFunctionIsExclusive() {
        deploy("hello-python", "shared", "python3", "hello.handler");
        deploy("hello-python", "exclusive", "python3", "hello.handler", "--exclusive");

        assertThat(containersOfSixKeys("shared")).hasSizeLessThan(6);
        Set<String> exclusive = containersOfSixKeys("exclusive");
        assertThat(exclusive).hasSize(6);
        assertThat(containersOfSixKeys("exclusive")).isEqualTo(exclusive);
    }

    private static Set<String> containersOfSixKeys(String function) {
        Set<String> containers = new HashSet<>();
        for (String key : List.of("a", "b", "c", "d", "e", "f")) {
            containers.add(invoke(function, "--key", key)
                    .path("route")
                    .path("container")
                    .asText());
        }
        return containers;
    }

    @Test
    @Tag("R2")
    void thePinTableAnswersForAKeyAndSaysNoneForAnother() {
        JsonNode route = invoke("hello", "--key", "pinned").path("route");

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            JsonNode pin = berth.run("pins", "--function", "hello", "--key", "pinned", "--json")
                    .json()
                    .path("pin");
            assertThat(pin.path("instanceId").asText())
                    .isEqualTo(route.path("instance").asText());
            assertThat(pin.path("containerId").asText())
                    .isEqualTo(route.path("container").asText());
            assertThat(pin.path("functionVersion").asText()).isEqualTo("$LATEST");
            assertThat(pin.path("lastUsedMs").asLong()).isPositive();
        });
        assertThat(berth.run("pins", "--function", "hello", "--key", "nobody")
                        .out()
                        .strip())
                .isEqualTo("none");
        assertThat(berth.run("pins").out()).contains("function", "pinned");
    }

    @Test
    @Tag("R3")
    void aKeyFromKafkaAndTheSameKeyFromTheCommandLineMeetInOneContainer() {
        JsonNode byHttp = invoke("hello", "--key", "both-doors").path("route");

        berth.publish(
                "default/hello/both-doors",
                Invocation.newBuilder()
                        .setId("kafka-1")
                        .setFunction("hello")
                        .setRoutingValue("both-doors")
                        .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                        .build());

        Outcome outcome = berth.await(
                        berth.berth().topics().outcomes(),
                        ended -> ended.getInvocationId().equals("kafka-1"))
                .orElseThrow();
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
        assertThat(outcome.getResult().getContainerId())
                .isEqualTo(byHttp.path("container").asText());
    }

    @Test
    void anAsynchronousInvocationIsAJobThatEndsWithItsResult() {
        String id =
                berth.run("invoke", "hello", "--async", "--key", "later").out().strip();

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode job = berth.run("jobs", id, "--json").json();
            assertThat(job.path("status").asText()).isEqualTo("succeeded");
            assertThat(job.path("result").path("hello").asText()).isEqualTo("world");
        });
        assertThat(berth.run("jobs", id).out()).contains("status: succeeded", "result: {", "containerId: ");
        assertThat(berth.run("jobs", "--function", "hello").out()).contains(id, "later");
        Ran unknown = berth.run("jobs", "no-such-job");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("no-such-job");
    }

    @Test
    void bothInstancesAreShownRunning() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            JsonNode instances = berth.run("instances", "--json").json().path("instances");
            assertThat(instances).hasSize(2).allSatisfy(instance -> {
                assertThat(instance.path("state").asText()).isEqualTo("running");
                assertThat(instance.path("containerRuntime").asText()).isEqualTo("process");
            });
        });
        assertThat(berth.run("instances").out()).contains("local-1", "local-2", "running");
    }

    @Test
    void theNodeAndShellExamplesRunAndKeepTheirState() {
        deploy("hello-node", "node", "nodejs", "hello.handler");
        assertThat(berth.run("deploy", HOME + "/hello-shell", "--name", "shell", "--runtime", "provided")
                        .exitCode())
                .isZero();

        invoke("node", "--key", "n");
        assertThat(invoke("node", "--key", "n").path("payload").toString())
                .isEqualTo("{\"hello\":\"world\",\"calls\":2}");
        invoke("shell", "--key", "s", "--payload", "[1]");
        assertThat(invoke("shell", "--key", "s", "--payload", "{\"name\":\"Zoë\"}")
                        .path("payload")
                        .toString())
                .isEqualTo("{\"echo\":{\"name\":\"Zoë\"},\"calls\":2}");
    }

    @Test
    void aSecondDeploymentRunsTheNewCode() {
        deploy("hello-python", "twice", "python3", "hello.handler");
        assertThat(invoke("twice", "--key", "k").path("payload").has("hello")).isTrue();

        Ran updated = berth.run(
                "deploy",
                RunningBerth.FIXTURES.resolve("trouble").toString(),
                "--name",
                "twice",
                "--runtime",
                "python3",
                "--handler",
                "trouble.handler");

        assertThat(updated.out()).startsWith("Updated twice");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(
                                invoke("twice", "--key", "k").path("payload").has("pid"))
                        .isTrue());
        assertThat(berth.run("functions").out()).contains("twice", "trouble.handler");
        assertThat(berth.run("functions", "--delete", "twice").exitCode()).isZero();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(berth.run("invoke", "twice").err())
                        .contains("twice")
                        .contains("ResourceNotFoundException"));
    }

    private static final String HOME = RunningBerth.HOME.resolve("examples").toString();

    private static void deploy(String example, String name, String runtime, String handler, String... options) {
        List<String> args = new ArrayList<>(List.of("deploy", HOME + "/" + example, "--name", name));
        args.addAll(List.of("--runtime", runtime, "--handler", handler, "--timeout", "20"));
        args.addAll(List.of(options));
        Ran ran = berth.run(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).startsWith("Created " + name);
    }

    private static JsonNode invoke(String function, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "invoke";
        args[1] = function;
        args[2] = "--json";
        System.arraycopy(options, 0, args, 3, options.length);
        Ran ran = berth.run(args);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }
}
