package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schemas.Invocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
    private static FrontDoors doors;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        doors = new FrontDoors(berth);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("R3")
    void aValueGivenByAnyFrontDoorFindsTheSameContainer() {
        deploy("given", "none");

        String container = doors.invoke("given", "--key", "blue");

        assertThat(doors.http("given", "{}", "X-Berth-Key", "blue")).isEqualTo(container);
        assertThat(doors.http("given", "{}", "X-Amz-Tenant-Id", "blue")).isEqualTo(container);
        assertThat(doors.kafka(
                                null,
                                Invocation.newBuilder()
                                        .setId("by-kafka")
                                        .setFunction("given")
                                        .setRoutingValue("blue")
                                        .build())
                        .getResult()
                        .getContainerId())
                .isEqualTo(container);
        assertThat(doors.http("given", "{}", "X-Amz-Tenant-Id", "red")).isNotEqualTo(container);
        assertThat(doors.job("{\"function\":\"given\",\"key\":\"blue\"}")).isEqualTo(container);
    }

    @Test
    @Tag("R5")
    void equalValuesInThePayloadLandTogetherHoweverTheyAreWritten() {
        deploy("by-json", "json:/user/id");

        String number = doors.invoke("by-json", "--payload", "{\"user\":{\"id\":7}}");
        assertThat(doors.invoke("by-json", "--payload", "{\"x\":[{}],\"user\":{\"name\":\"n\",\"id\":7.0}}"))
                .isEqualTo(number);
        assertThat(doors.invoke("by-json", "--key", "7")).isEqualTo(number);
        assertThat(doors.job("{\"function\":\"by-json\",\"payload\":{\"user\":{\"id\":\"7\"}}}"))
                .isEqualTo(number);

        String object = doors.invoke("by-json", "--payload", "{\"user\":{\"id\":{\"a\":1,\"b\":[true]}}}");
        assertThat(doors.invoke("by-json", "--payload", "{\"user\":{\"id\":{ \"b\":[true], \"a\":1e0 }}}"))
                .isEqualTo(object)
                .isNotEqualTo(number);
        String large = "x".repeat(1_000);
        assertThat(doors.invoke("by-json", "--payload", "{\"user\":{\"id\":\"" + large + "\"}}"))
                .as("a value over the limit is known by its hash")
                .isEqualTo(doors.invoke("by-json", "--payload", "{\"user\":{\"id\":\"" + large + "\"}}"));
    }

    @Test
    @Tag("R5")
    void aHeaderCanBeTheValue() {
        deploy("by-header", "header:X-Session");

        String container = doors.http("by-header", "{}", "x-session", "s1");

        assertThat(doors.http("by-header", "{}", "X-SESSION", "s1")).isEqualTo(container);
        assertThat(doors.http("by-header", "{}", "X-Session", "s2")).isNotEqualTo(container);
        assertThat(doors.invoke("by-header", "--key", "s1")).isEqualTo(container);
    }

    @Test
    @Tag("R5")
    void anAttributeOfTheEventCanBeTheValue() {
        deploy("by-attribute", "attribute:source");

        String container = doors.http("by-attribute", "{}", "ce-source", "/shop/1");

        assertThat(doors.http("by-attribute", "{}", "Ce-Source", "/shop/1")).isEqualTo(container);
        assertThat(doors.http("by-attribute", "{}", "ce-source", "/shop/2")).isNotEqualTo(container);
        assertThat(doors.invoke("by-attribute", "--key", "/shop/1")).isEqualTo(container);
    }

    @Test
    @Tag("R4")
    void theTenantCanBeTheValue() {
        deploy("by-tenant", "tenant");

        String container = doors.invoke("by-tenant");

        assertThat(doors.invoke("by-tenant")).isEqualTo(container);
        assertThat(doors.invoke("by-tenant", "--key", "default")).isEqualTo(container);
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
            assertThat(doors.invoke("by-pointer", "--payload", payload))
                    .as(payload)
                    .isNotEmpty();
        }
        assertThat(doors.http("by-absent-header", "{}")).isNotEmpty();
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
        Ran ran = deploying("never", "json:user/id");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("--routing", "starts with a slash", "/user/id");
        assertThat(berth.run("functions").out()).doesNotContain("never");
    }

    @Test
    void settingsAreShownAndChangeWithoutANewContainer() {
        Ran deployed = deploying(
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
                "1h");
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
        String container = doors.invoke("settled", "--key", "k");

        assertThat(berth.run("functions", "concurrency", "settled", "8", "--json")
                        .json()
                        .path("ReservedConcurrentExecutions")
                        .asInt())
                .isEqualTo(8);

        assertThat(doors.invoke("settled", "--key", "k")).isEqualTo(container);
        assertThat(berth.run("functions", "concurrency", "settled", "--none").out())
                .contains("no limit");
        assertThat(berth.run("functions", "concurrency", "nobody", "1").err()).contains("nobody");
        assertThat(berth.run("functions", "show", "nobody").err()).contains("ResourceNotFoundException");
    }

    private static void deploy(String name, String rule) {
        Ran ran = deploying(name, rule, "--exclusive");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private static Ran deploying(String name, String rule, String... more) {
        String[] options = Arrays.copyOf(new String[] {"--routing", rule}, more.length + 2);
        System.arraycopy(more, 0, options, 2, more.length);
        return doors.deploy(RunningBerth.HOME.resolve("examples/hello-python"), name, "hello.handler", options);
    }
}
