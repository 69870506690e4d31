package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.Gateway;
import dev.berth.gateway.GatewayConfig;
import dev.berth.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each operation of Berth's own, answered by a running Berth as its OpenAPI description says. Whoever adds an operation adds its
 * answers here; the last test finds what was left out.
 */
@Tag("integration")
@Tag("P7")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpenApiTest {
    private static final int SERVICE_UNAVAILABLE = 503;

    @TempDir
    private static Path data;

    @TempDir
    private static Path files;

    private static RunningBerth berth;
    private static DescribedApi api;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        Stage stage = new Stage(berth, files);
        stage.deploy("stage", "--retries", "0");
        // Cold, then warm, so that figures and logs have something of each.
        stage.invoke("stage", "{}", "--key", "ATL");
        stage.invoke("stage", "{}", "--key", "ATL");
        api = new DescribedApi(berth.berth().gatewayUrl());
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Order(1)
    void theGatewayItself() {
        for (String path : List.of("/openapi.json", "/health", "/readyz", "/healthz", "/metrics")) {
            assertThat(api.send("GET", path).status()).isEqualTo(200);
        }
    }

    @Test
    @Order(1)
    @Tag("A1")
    void jobs() {
        String whole = """
                {"function":"stage","qualifier":"$LATEST","payload":{"a":[1]},"idempotencyKey":"once","key":"ATL",
                 "busy":"wait","pin":"prefer","priority":7,"delayMs":1,"deadline":"2999-12-31T12:00:00Z"}""";
        String id = submitted(api.send("POST", "/jobs", whole), 202);
        ended(id, "succeeded");
        assertThat(submitted(api.send("POST", "/jobs", whole), 200)).isEqualTo(id);
        assertThat(api.send("GET", "/jobs/" + id + "/events").text()).contains("event: status");
        assertThat(api.send("DELETE", "/jobs/" + id).status()).isEqualTo(409);

        String failing = submitted(
                api.send(
                        "POST",
                        "/jobs",
                        "{\"function\":\"stage\",\"payload\":{\"failures\":9,\"id\":\"f\",\"log\":\""
                                + files.resolve("failing.log") + "\"}}"),
                202);
        ended(failing, "dead-lettered");
        String delayed = submitted(api.send("POST", "/jobs", "{\"function\":\"stage\",\"delayMs\":3600000}"), 202);
        assertThat(api.send("DELETE", "/jobs/" + delayed).status()).isEqualTo(202);
        ended(delayed, "cancelled");
        assertThat(api.send("DELETE", "/jobs/" + delayed).status()).isEqualTo(200);

        JsonNode first = api.send("GET", "/jobs?function=stage&limit=2&from=0").json();
        assertThat(first.path("jobs")).hasSize(2);
        assertThat(api.send("GET", "/jobs?limit=2&next=" + first.path("next").asText())
                        .json()
                        .path("jobs"))
                .isNotEmpty();
        assertThat(api.send("GET", "/jobs?status=cancelled").json().path("jobs"))
                .hasSize(1);
        assertThat(api.send("GET", "/explain/" + failing).json().path("outcome").path("status"))
                .hasToString("\"dead-lettered\"");
    }

    @Test
    @Order(1)
    @Tag("R2")
    void pinsAndInstances() {
        assertThat(api.send("GET", "/pins?function=stage&key=ATL")
                        .json()
                        .path("pin")
                        .isObject())
                .isTrue();
        assertThat(api.send("GET", "/pins?function=stage&key=nobody")
                        .json()
                        .path("pin")
                        .isNull())
                .isTrue();
        assertThat(api.send("GET", "/pins?limit=1").json().path("pins")).hasSize(1);
        assertThat(api.send("GET", "/pins?search=tl&function=stage").json().path("pins"))
                .hasSize(1);
        assertThat(api.send("GET", "/pins?instance=nowhere").json().path("pins"))
                .isEmpty();
        assertThat(api.send("GET", "/instances?all=true").json().path("instances"))
                .hasSize(2);
    }

    @Test
    @Order(1)
    @Tag("O3")
    void live() {
        assertThat(api.send("GET", "/live?events=2").text()).contains("event: live", "local-1", "local-2");
    }

    @Test
    @Order(1)
    @Tag("R19")
    void explanations() {
        JsonNode next = api.send("POST", "/explain", "{\"function\":\"stage\",\"key\":\"ATL\",\"payload\":1}")
                .json();
        assertThat(next.path("decision").isObject()).isTrue();
        assertThat(api.send("POST", "/explain", "{\"function\":\"nobody\"}").status())
                .isEqualTo(404);
        String id = berth.run("invoke", "stage", "--json").json().path("id").asText();
        assertThat(api.send("GET", "/explain/" + id).json().path("attempts")).hasSize(1);
        api.send("GET", "/decisions?function=stage");
    }

    @Test
    @Order(1)
    @Tag("C4")
    @Tag("T3")
    void logsAndStarts() {
        assertThat(api.send("GET", "/activity?seconds=300").json().path("keys")).isNotEmpty();
        assertThat(api.send("GET", "/checkup").json().path("findings")).isNotEmpty();
        assertThat(api.send("GET", "/starts?bound=0.001&function=stage").json().path("slowest"))
                .isNotEmpty();
        assertThat(api.send("GET", "/logs?function=stage&limit=100").status()).isEqualTo(200);
    }

    @Test
    @Order(1)
    @Tag("E1")
    void triggers() {
        String id = submitted(api.send("POST", "/triggers", """
                        {"function":"stage","topics":["described"],"start":"earliest","filters":[{"value":{"a":[1]}}],"routing":"none",
                         "event":"value","format":"json","batchBytes":5000,"maxRetries":-1,"maxAgeMs":60000,"onFailure":"topic:lost"}"""), 201);
        String trigger = "/triggers/" + id;
        assertThat(api.send("PATCH", trigger, "{\"maxRetries\":null}").status()).isEqualTo(200);
        assertThat(api.send("GET", "/triggers?function=stage&topic=described")
                        .json()
                        .path("triggers"))
                .hasSize(1);
        assertThat(api.send("POST", trigger + "/pause").status()).isEqualTo(200);
        assertThat(api.send("POST", trigger + "/resume").status()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !api.send("GET", trigger)
                        .json()
                        .path("status")
                        .path("state")
                        .asText()
                        .equals("unserved"));
        assertThat(api.send("DELETE", trigger).status()).isEqualTo(200);
    }

    @Test
    @Order(1)
    @Tag("E9")
    void schedulesAndEvents() {
        api.send("POST", "/events/described?create=1&key=json:/id", "{\"id\":1}", "Content-Type", "application/json");
        assertThat(api.send("POST", "/schedules", """
                                {"name":"s","expression":"rate(1 second)","topic":"described","key":"k","text":"tick",
                                 "end":"2999-01-01T00:00:00Z","missed":"skip"}""").status()).isEqualTo(201);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.send("GET", "/schedules/s").json().has("last"));
        assertThat(api.send("PATCH", "/schedules/s", "{\"timezone\":\"Asia/Tokyo\",\"payload\":[1]}")
                        .status())
                .isEqualTo(200);
        assertThat(api.send("POST", "/schedules/s/pause").status()).isEqualTo(200);
        assertThat(api.send("POST", "/schedules/s/resume").status()).isEqualTo(200);
        assertThat(api.send("GET", "/schedules").json().path("schedules")).hasSize(1);
        assertThat(api.send("DELETE", "/schedules/s").status()).isEqualTo(200);
    }

    @Test
    @Order(1)
    @Tag("E10")
    @Tag("E11")
    void replaysAndDeadLetters() {
        String failing = "{\"function\":\"stage\",\"key\":\"k\",\"payload\":{\"failures\":9,\"id\":\"r\",\"log\":\""
                + files.resolve("replayed.log") + "\"}}";
        ended(submitted(api.send("POST", "/jobs", failing), 202), "dead-lettered");
        String range = "{\"from\":0,\"function\":\"stage\",\"ratePerSecond\":1,\"dryRun\":";
        assertThat(api.send("POST", "/replays", range + "true}").status()).isEqualTo(200);
        String id = submitted(api.send("POST", "/replays", range + "false}"), 201);
        assertThat(api.send("POST", "/replays/" + id + "/stop").status()).isEqualTo(202);
        assertThat(api.send("POST", "/replays/" + id + "/resume").status()).isEqualTo(202);
        assertThat(api.send("GET", "/replays?limit=5").json().path("replays")).isNotEmpty();
        assertThat(api.send("GET", "/replays/" + id).status()).isEqualTo(200);
        assertThat(api.send("GET", "/replays/" + id + "/differences").status()).isEqualTo(200);
        assertThat(api.send("DELETE", "/replays/" + id).status()).isEqualTo(200);

        JsonNode letters =
                api.send("GET", "/dead-letters?function=stage&limit=1").json();
        String letter = letters.path("deadLetters").path(0).path("id").asText();
        assertThat(api.send("GET", "/dead-letters/" + letter)
                        .json()
                        .path("invocation")
                        .path("function"))
                .hasToString("\"stage\"");
        for (String path : List.of("/dead-letters/redrive", "/dead-letters/" + letter + "/redrive")) {
            assertThat(api.send("POST", path, "{\"dryRun\":true}").status()).isEqualTo(200);
            assertThat(api.send("POST", path, "{}").status()).isEqualTo(201);
        }
    }

    @Test
    @Order(1)
    void whatIsRefusedIsRefusedAsDescribed(@TempDir Path other) {
        try (Gateway unconnected = Gateway.listen(
                new GatewayConfig("127.0.0.1", 0, new TopicCatalogue("unconnected.", 1, 1, (short) 1), other))) {
            DescribedApi early = new DescribedApi(unconnected.url());
            early.refusable()
                    .forEach(request -> assertThat(
                                    early.send(request[0], request[1]).status())
                            .isEqualTo(SERVICE_UNAVAILABLE));
            for (String path : List.of("/health", "/readyz")) {
                assertThat(early.send("GET", path).status()).isEqualTo(SERVICE_UNAVAILABLE);
            }
            api.coverage().seen().addAll(early.coverage().seen());
        }
        // Those two are of no tenant.
        api.refusable().stream()
                .filter(request -> !List.of("/instances", "/checkup").contains(request[1]))
                .forEach(request -> assertThat(api.send(request[0], request[1] + "?tenant=no%20name")
                                .status())
                        .isEqualTo(400));
    }

    @Test
    @Order(2)
    void nothingIsDescribedThatWasNotAnswered() {
        var coverage = api.coverage();
        var left = new TreeSet<>(coverage.described());
        left.removeAll(coverage.seen());
        assertThat(left)
                .as("Described, but no test here had such an answer of a running Berth: add one")
                .isEmpty();
    }

    private static String submitted(DescribedApi.Reply reply, int status) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        return reply.json().path("id").asText();
    }

    private static void ended(String id, String status) {
        await(id + " is " + status)
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> api.send("GET", "/jobs/" + id)
                                .json()
                                .path("status")
                                .asText(),
                        status::equals);
    }
}
