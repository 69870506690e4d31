package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Route;
import dev.berth.schemas.Invocation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Equal routing values find the same container, whoever gives or derives them. The functions are exclusive: another value is
 * another container, so that the same container is no accident.
 */
@Tag("integration")
@Timeout(120)
class RoutingValuesTest {
    @TempDir
    private static Path data;

    private static RunningBerth berth;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R3")
    void aValueGivenByAnyFrontDoorFindsTheSameContainer() {
        deploy("given", "none");

        String container = invoke("given", "--key", "blue");

        assertThat(http("given", "{}", "X-Berth-Key", "blue")).isEqualTo(container);
        assertThat(http("given", "{}", "X-Amz-Tenant-Id", "blue")).isEqualTo(container);
        assertThat(kafka("given", "by-kafka", "blue")).isEqualTo(container);
        assertThat(http("given", "{}", "X-Amz-Tenant-Id", "red")).isNotEqualTo(container);
        assertThat(job("{\"function\":\"given\",\"key\":\"blue\"}")).isEqualTo(container);
    }

    @Test
    @Tag("R5")
    void equalValuesInThePayloadLandTogetherHoweverTheyAreWritten() {
        deploy("by-json", "json:/user/id");

        String number = invoke("by-json", "--payload", "{\"user\":{\"id\":7}}");
        assertThat(invoke("by-json", "--payload", "{\"x\":[{}],\"user\":{\"name\":\"n\",\"id\":7.0}}"))
                .isEqualTo(number);
        assertThat(invoke("by-json", "--key", "7")).isEqualTo(number);
        assertThat(job("{\"function\":\"by-json\",\"payload\":{\"user\":{\"id\":\"7\"}}}"))
                .isEqualTo(number);

        String object = invoke("by-json", "--payload", "{\"user\":{\"id\":{\"a\":1,\"b\":[true]}}}");
        assertThat(invoke("by-json", "--payload", "{\"user\":{\"id\":{ \"b\":[true], \"a\":1e0 }}}"))
                .isEqualTo(object)
                .isNotEqualTo(number);
        String large = "x".repeat(1_000);
        assertThat(invoke("by-json", "--payload", "{\"user\":{\"id\":\"" + large + "\"}}"))
                .as("a value over the limit is known by its hash")
                .isEqualTo(invoke("by-json", "--payload", "{\"user\":{\"id\":\"" + large + "\"}}"));
    }

    @Test
    @Tag("R5")
    void aHeaderCanBeTheValue() {
        deploy("by-header", "header:X-Session");

        String container = http("by-header", "{}", "x-session", "s1");

        assertThat(http("by-header", "{}", "X-SESSION", "s1")).isEqualTo(container);
        assertThat(http("by-header", "{}", "X-Session", "s2")).isNotEqualTo(container);
        assertThat(invoke("by-header", "--key", "s1")).isEqualTo(container);
    }

    @Test
    @Tag("R5")
    void anAttributeOfTheEventCanBeTheValue() {
        deploy("by-attribute", "attribute:source");

        String container = http("by-attribute", "{}", "ce-source", "/shop/1");

        assertThat(http("by-attribute", "{}", "Ce-Source", "/shop/1")).isEqualTo(container);
        assertThat(http("by-attribute", "{}", "ce-source", "/shop/2")).isNotEqualTo(container);
        assertThat(invoke("by-attribute", "--key", "/shop/1")).isEqualTo(container);
    }

    @Test
    @Tag("R4")
    void theTenantCanBeTheValue() {
        deploy("by-tenant", "tenant");

        String container = invoke("by-tenant");

        assertThat(invoke("by-tenant")).isEqualTo(container);
        assertThat(invoke("by-tenant", "--key", "default")).isEqualTo(container);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(berth.run("pins", "--function", "by-tenant", "--key", "default", "--json")
                                        .json()
                                        .path("pin")
                                        .path("containerId")
                                        .asText())
                                .isEqualTo(container));
    }

    @Test
    @Tag("R5")
    void whereTheRuleFindsNothingTheInvocationRunsAllTheSame() {
        deploy("by-pointer", "json:/user/id");
        deploy("by-absent-header", "header:X-Session");

        for (String payload : new String[] {"{}", "[1]", "7", "{\"user\":null}", "{\"user\":{\"id\":\"\"}}"}) {
            assertThat(invoke("by-pointer", "--payload", payload)).as(payload).isNotEmpty();
        }
        assertThat(http("by-absent-header", "{}")).isNotEmpty();
        assertThat(berth.run("pins", "--function", "by-pointer").out().lines()).hasSize(1);
    }

    @Test
    @Tag("R5")
    void aPayloadThatIsNoJsonIsRefusedAndRunsNothing() {
        deploy("no-json", "json:/id");

        Ran ran = berth.run("invoke", "no-json", "--payload", "id=7");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("json");
    }

    @Test
    @Tag("R5")
    void aRuleThatIsNoneIsRefusedWhenTheFunctionIsDeployed() {
        Ran ran = berth.run(arguments("never", "json:user/id"));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--routing", "starts with a slash", "/user/id");
        assertThat(berth.run("functions").out()).doesNotContain("never");
    }

    @Test
    void settingsAreShownAndChangeWithoutANewContainer() {
        Ran deployed = berth.run(arguments(
                "settled",
                "json:/id",
                "--ordered",
                "--keep-old-until-ready",
                "--concurrency",
                "9",
                "--retries",
                "4",
                "--retry-backoff",
                "250ms",
                "--max-age",
                "1h"));
        assertThat(deployed.exitCode()).as(deployed.err()).isZero();
        assertThat(deployed.out()).contains("routed by json:/id");
        assertThat(berth.run("functions", "show", "settled").out())
                .contains(
                        "Routing: json:/id",
                        "Ordered: true",
                        "KeepOldUntilReady: true",
                        "ReservedConcurrency: 9",
                        "MaximumRetryAttempts: 4",
                        "RetryBackoffMs: 250",
                        "MaximumEventAgeInSeconds: 3600");
        assertThat(berth.run("functions", "concurrency", "settled").out()).contains("At most 9");
        String container = invoke("settled", "--key", "k");

        assertThat(berth.run("functions", "concurrency", "settled", "8", "--json")
                        .json()
                        .path("ReservedConcurrentExecutions")
                        .asInt())
                .isEqualTo(8);

        assertThat(invoke("settled", "--key", "k")).isEqualTo(container);
        assertThat(berth.run("functions", "concurrency", "settled", "--none").out())
                .contains("no limit");
        assertThat(berth.run("functions", "concurrency", "nobody", "1").err()).contains("nobody");
        assertThat(berth.run("functions", "show", "nobody").err()).contains("ResourceNotFoundException");
    }

    private static void deploy(String name, String rule) {
        Ran ran = berth.run(arguments(name, rule, "--exclusive"));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private static String[] arguments(String name, String rule, String... more) {
        String[] arguments = {
            "deploy",
            RunningBerth.HOME.resolve("examples/hello-python").toString(),
            "--name",
            name,
            "--runtime",
            "python3",
            "--handler",
            "hello.handler",
            "--timeout",
            "20",
            "--routing",
            rule
        };
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    /** The container that an invocation by command line ran in. */
    private static String invoke(String function, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "invoke";
        args[1] = function;
        args[2] = "--json";
        System.arraycopy(options, 0, args, 3, options.length);
        Ran ran = berth.run(args);
        assertThat(ran.out()).as(ran.err()).isNotEmpty();
        return ran.json().path("route").path("container").asText();
    }

    /** The container that an invocation by HTTP ran in. */
    private static String http(String function, String payload, String... header) {
        Map<String, String> headers = new HashMap<>();
        if (header.length > 0) {
            headers.put(header[0], header[1]);
        }
        GatewayClient.Answer answer = new GatewayClient(berth.berth().gatewayUrl())
                .send(
                        "POST",
                        "/2015-03-31/functions/" + function + "/invocations",
                        payload.getBytes(StandardCharsets.UTF_8),
                        headers);
        assertThat(answer.ok()).as(answer.error()).isTrue();
        return Route.of(answer).container();
    }

    /** The container that a record of any Kafka client's ran in. */
    private static String kafka(String function, String id, String value) {
        berth.publish(
                null,
                Invocation.newBuilder()
                        .setId(id)
                        .setFunction(function)
                        .setRoutingValue(value)
                        .setPayload(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                        .build());
        return berth.await(
                        berth.berth().topics().outcomes(),
                        ended -> ended.getInvocationId().equals(id))
                .orElseThrow()
                .getResult()
                .getContainerId();
    }

    /** The container that a job ran in. */
    private static String job(String body) {
        GatewayClient gateway = new GatewayClient(berth.berth().gatewayUrl());
        String id = GatewayClient.required(
                        gateway.send("POST", "/jobs", body.getBytes(StandardCharsets.UTF_8), Map.of()))
                .json()
                .path("id")
                .asText();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.get("/jobs/" + id).path("status").asText().equals("succeeded"));
        JsonNode job = gateway.get("/jobs/" + id);
        return job.path("containerId").asText();
    }
}
