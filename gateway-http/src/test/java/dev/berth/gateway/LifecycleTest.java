package dev.berth.gateway;

import static dev.berth.gateway.InvokeTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.embedded.EmbeddedBroker;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.PlayedFleet;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.KafkaSettings;
import dev.berth.schemas.SchemaRegistry;
import dev.berth.schemas.TopicCatalogue;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class LifecycleTest {
    private static final String INVOKE = "/2015-03-31/functions/f/invocations";

    @TempDir
    Path dataDir;

    @Test
    void beforeItIsConnectedItSaysThatItStartsAndWhatIsMissing() {
        try (Gateway gateway = listen(0)) {
            Http http = new Http(gateway.url());

            Http.Reply health = http.get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().get("status").asText()).isEqualTo("starting");
            assertThat(health.json().get("missing").get(0).asText()).contains("kafka");
            Http.Reply early = http.invoke("f", "{}");
            refused(early, 503, "ServiceUnavailableException");
            assertThat(early.header("Retry-After")).isNotNull();
        }
    }

    @Test
    void aTakenPortIsOneClearLine() {
        try (Gateway gateway = listen(0)) {
            assertThatThrownBy(() -> listen(gateway.port()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Port " + gateway.port())
                    .hasMessageContaining("another port");
        }
    }

    @Test
    void withoutABrokerConnectingFailsInTimeAndSaysSo() {
        var bounds = bounds(10, 1_000_000, 1_000, 1_500, 0);
        try (Gateway gateway = Gateway.listen(
                new GatewayConfig("127.0.0.1", 0, TopicCatalogue.defaults(), dataDir, OptionalInt.empty(), bounds))) {
            var ready = gateway.connect(KafkaSettings.at("127.0.0.1:1"), SchemaRegistry.connect(gateway.url()));

            assertThatThrownBy(() -> ready.get(20, TimeUnit.SECONDS)).hasMessageContaining("127.0.0.1:1");
            assertThat(new Http(gateway.url())
                            .get("/health")
                            .json()
                            .get("missing")
                            .get(0)
                            .asText())
                    .contains("127.0.0.1:1");
        }
    }

    @Test
    void functionsJobsAndSchemaIdsSurviveARestart() throws Exception {
        try (GatewayBed bed = GatewayBed.start(dataDir)) {
            bed.deploy("f");
            String id = bed.http
                    .post("/jobs", "{\"function\":\"f\",\"payload\":[1,2]}")
                    .json()
                    .get("id")
                    .asText();
            await().untilAsserted(() -> assertThat(
                            bed.http.get("/jobs/" + id).json().get("status").asText())
                    .isEqualTo("succeeded"));
            int schema = bed.registry.register(bed.topics.invocations().name() + "-value", Invocation.getClassSchema());
            var function = bed.http.get("/2015-03-31/functions/f").json();

            bed.gateway.close();
            bed.startGateway();

            assertThat(bed.http.get("/2015-03-31/functions/f").json()).isEqualTo(function);
            assertThat(bed.http.get("/jobs/" + id).json().get("result").get(1).asInt())
                    .isEqualTo(2);
            assertThat(bed.http.get("/jobs").json().get("jobs").findValuesAsText("id"))
                    .containsExactly(id);
            assertThat(bed.registry.register(bed.topics.invocations().name() + "-value", Invocation.getClassSchema()))
                    .isEqualTo(schema);
            assertThat(bed.http.invoke("f", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void theJobsViewIsMadeAnewFromTheTopicsWhenItIsLost(@TempDir Path other) throws Exception {
        try (GatewayBed bed = GatewayBed.start(dataDir)) {
            bed.deploy("f");
            String id = bed.http
                    .post("/jobs", "{\"function\":\"f\"}")
                    .json()
                    .get("id")
                    .asText();
            await().until(() ->
                    bed.http.get("/jobs/" + id).json().get("status").asText().equals("succeeded"));

            var config = new GatewayConfig("127.0.0.1", 0, bed.topics, other);
            try (Gateway second = Gateway.listen(config)) {
                second.connect(bed.kafka, bed.registry).get(60, TimeUnit.SECONDS);
                Http http = new Http(second.url());
                assertThat(http.get("/jobs/" + id).json().get("status").asText())
                        .isEqualTo("succeeded");
                assertThat(http.invoke("f", "{}").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void closingFinishesWhatWasAcceptedAndRefusesWhatIsNew() throws Exception {
        try (GatewayBed bed = GatewayBed.start(dataDir)) {
            bed.deploy("f");
            CompletableFuture<Invocation> accepted = new CompletableFuture<>();
            bed.fleet.plays("f", invocation -> {
                accepted.complete(invocation);
                return Optional.empty();
            });
            var waiting = bed.http.sendAsync("POST", INVOKE, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
            Invocation invocation = accepted.get(10, TimeUnit.SECONDS);

            var closing = CompletableFuture.runAsync(bed.gateway::close);
            await().untilAsserted(() -> assertThat(
                            bed.http.get("/health").json().get("status").asText())
                    .isEqualTo("stopping"));
            refused(bed.http.invoke("f", "{}"), 503, "ServiceUnavailableException");
            assertThat(waiting).isNotDone();
            bed.fleet.end(invocation, PlayedFleet.echo(invocation).orElseThrow());

            assertThat(waiting.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"a\":1}");
            closing.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoStillWaitsWhenTheBoundIsOverIsToldSo() throws Exception {
        var bounds = bounds(10, 1_000_000, 5_000, 60_000, 100);
        try (GatewayBed bed = GatewayBed.start(dataDir, bounds)) {
            bed.deploy("f");
            CompletableFuture<Invocation> accepted = new CompletableFuture<>();
            bed.fleet.plays("f", invocation -> {
                accepted.complete(invocation);
                return Optional.empty();
            });
            var waiting = bed.http.sendAsync("POST", INVOKE, "{}".getBytes(StandardCharsets.UTF_8));
            accepted.get(10, TimeUnit.SECONDS);

            bed.gateway.close();

            Http.Reply reply = waiting.get(10, TimeUnit.SECONDS);
            refused(reply, 503, "ServiceUnavailableException");
            assertThat(reply.header("X-Amzn-RequestId"))
                    .isEqualTo(accepted.get().getId());
        }
    }

    @Test
    void moreThanMayWaitAreThrottledAndAClientThatLeavesFreesItsSlot() throws Exception {
        var bounds = bounds(2, 1_000_000, 5_000, 60_000, 30_000);
        try (GatewayBed bed = GatewayBed.start(dataDir, bounds)) {
            bed.deploy("f");
            bed.deploy("echo");
            bed.fleet.plays("f", invocation -> Optional.empty());
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), bed.gateway.port());
                write(client, "POST " + INVOKE + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
                clients.add(client);
            }
            await().until(() -> bed.fleet.seen("f").size() == 2);

            Http.Reply throttled = bed.http.invoke("echo", "{}");
            refused(throttled, 429, "TooManyRequestsException");
            assertThat(throttled.header("Retry-After")).isEqualTo("1");

            clients.get(0).close();
            await().untilAsserted(() ->
                    assertThat(bed.http.invoke("echo", "{}").status()).isEqualTo(200));
            clients.get(1).close();
            // Nobody is left to wait for, so closing takes none of the time it has for that.
            CompletableFuture.runAsync(bed.gateway::close).get(15, TimeUnit.SECONDS);
        }
    }

    @Test
    void aBodyThatDoesNotArriveIsGivenUp() throws Exception {
        var bounds = bounds(10, 1_000_000, 300, 60_000, 100);
        try (GatewayBed bed = GatewayBed.start(dataDir, bounds)) {
            bed.deploy("echo");
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), bed.gateway.port())) {
                client.setSoTimeout(20_000);
                write(
                        client,
                        "POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
                String answer = new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                assertThat(answer).isEqualTo("HTTP/1.1 408");
            }
            assertThat(bed.http.invoke("echo", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void moreBodiesThanFitInMemoryAreThrottledAndTheNextFits() throws Exception {
        var bounds = bounds(10, 100_000, 5_000, 60_000, 100);
        try (GatewayBed bed = GatewayBed.start(dataDir, bounds)) {
            bed.deploy("echo");

            refused(bed.http.invoke("echo", "\"" + "x".repeat(150_000) + "\""), 429, "TooManyRequestsException");
            assertThat(bed.http.invoke("echo", "\"" + "x".repeat(90_000) + "\"").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void headersThatDoNotEndAndConnectionsLeftOpenAreClosed() throws Exception {
        var bounds = new GatewayConfig.Bounds(10, 1_000_000, 5_000, 300, 30_000, 60_000, 100);
        try (Gateway gateway = Gateway.listen(new GatewayConfig(
                        "127.0.0.1", 0, TopicCatalogue.defaults(), dataDir, OptionalInt.empty(), bounds));
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                Socket idle = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            slow.setSoTimeout(10_000);
            idle.setSoTimeout(10_000);
            write(slow, "GET /health HTTP/1.1\r\nHost: x\r\nX-Half");
            write(idle, "GET /subjects HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(slow.getInputStream().readAllBytes()).isEmpty();
            assertThat(new String(idle.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("[]");
        }
    }

    @Test
    @Tag("E9")
    void eventsThatComeFasterThanKafkaTakesThemAreRefusedOnceTheBufferIsFull() throws Exception {
        byte[] large = new byte[4_000_000];
        new Random(1).nextBytes(large);
        try (GatewayBed bed = GatewayBed.start(dataDir, bounds(10, 200_000_000, 20_000, 60_000, 100));
                Admin admin = Admin.create(bed.kafka.client("test"))) {
            String topic = "slow-" + UUID.randomUUID();
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())
                            .configs(Map.of("max.message.bytes", "5000000"))))
                    .all()
                    .get();
            try {
                quota(admin, 1_000.0);
                // The broker takes this one, and none of the next for an hour.
                assertThat(bed.http.send("POST", "/events/" + topic, large).status())
                        .isEqualTo(202);
                var sent = IntStream.range(0, 14)
                        .mapToObj(i -> bed.http.sendAsync("POST", "/events/" + topic, large))
                        .toList();
                List<Http.Reply> replies = new ArrayList<>();
                for (CompletableFuture<Http.Reply> one : sent) {
                    replies.add(one.get(50, TimeUnit.SECONDS));
                }

                assertThat(replies)
                        .filteredOn(reply -> reply.status() == 429)
                        .isNotEmpty()
                        .allSatisfy(reply -> assertThat(reply.message()).contains("buffer is full"));
                assertThat(replies)
                        .filteredOn(reply -> reply.status() == 503)
                        .isNotEmpty()
                        .allSatisfy(reply -> assertThat(reply.message()).contains("Send it again"));
                assertThat(replies)
                        .filteredOn(reply -> reply.status() != 202)
                        .allSatisfy(
                                reply -> assertThat(reply.header("Retry-After")).isEqualTo("1"));
            } finally {
                quota(admin, null);
            }
        }
    }

    /** How many bytes a second the broker takes of gateways' events; null for any. */
    private static void quota(Admin admin, Double bytesPerSecond) throws Exception {
        var gateways = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "gateway-events"));
        var rate = new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(gateways, List.of(rate))))
                .all()
                .get();
    }

    @Test
    @Tag("E9")
    void whenTheBrokerIsGoneCallersAreToldInTimeAndTheGatewayCloses() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Config.temporary())) {
            try (GatewayBed bed = GatewayBed.start(
                    KafkaSettings.at(broker.bootstrapServers()), dataDir, bounds(10, 1_000_000, 5_000, 60_000, 100))) {
                bed.deploy("f");
                assertThat(bed.http.invoke("f", "{}").status()).isEqualTo(200);
                assertThat(bed.http.post("/events/hooks?create=1", "{}").status())
                        .isEqualTo(202);
                broker.close();

                var hook = bed.http.sendAsync("POST", "/events/hooks", "{}".getBytes(StandardCharsets.UTF_8));
                Http.Reply event = bed.http.invoke("f", "{}", "X-Amz-Invocation-Type", "Event");
                refused(event, 503, "ServiceUnavailableException");
                assertThat(event.header("Retry-After")).isEqualTo("1");
                refused(hook.get(40, TimeUnit.SECONDS), 503, "ServiceUnavailableException");
                assertThat(hook.get().header("Retry-After")).isEqualTo("1");
                await().atMost(20, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertThat(bed.http
                                        .get("/health")
                                        .json()
                                        .get("status")
                                        .asText())
                                .isEqualTo("degraded"));
            }
        }
    }

    @Test
    @Tag("A1")
    void whenTheBrokerComesBackTheGatewayGoesOnWithWhatItHad() throws Exception {
        Path broker = dataDir.resolve("broker");
        EmbeddedBroker first = EmbeddedBroker.start(new EmbeddedBroker.Config(broker, 0));
        try (GatewayBed bed = GatewayBed.start(
                KafkaSettings.at(first.bootstrapServers()),
                dataDir.resolve("gateway"),
                bounds(10, 1_000_000, 5_000, 60_000, 100))) {
            bed.deploy("f");
            String before = submitted(bed);
            first.close();

            refused(
                    bed.http.send("POST", "/jobs", "{\"function\":\"f\"}".getBytes(StandardCharsets.UTF_8)),
                    503,
                    "ServiceUnavailableException");
            // What is known is told without a broker.
            assertThat(bed.http.get("/jobs/" + before).status()).isEqualTo(200);

            int port = Integer.parseInt(first.bootstrapServers().replaceAll(".*:", ""));
            try (EmbeddedBroker second = EmbeddedBroker.start(new EmbeddedBroker.Config(broker, port))) {
                assertThat(second.bootstrapServers()).isEqualTo(first.bootstrapServers());
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> bed.http.get("/health").status(), status -> status == 200);
                String after = submitted(bed);
                for (String id : List.of(before, after)) {
                    await().atMost(60, TimeUnit.SECONDS)
                            .until(
                                    () -> bed.http
                                            .get("/jobs/" + id)
                                            .json()
                                            .get("status")
                                            .asText(),
                                    "succeeded"::equals);
                }
                bed.close();
            }
        } finally {
            first.close();
        }
    }

    /** Submits as a client does that is told to come again. */
    private static String submitted(GatewayBed bed) {
        Http.Reply reply = await().atMost(60, TimeUnit.SECONDS)
                .until(() -> bed.http.post("/jobs", "{\"function\":\"f\"}"), each -> {
                    assertThat(each.status()).as(each.body()).isIn(202, 503);
                    return each.status() == 202;
                });
        return reply.json().get("id").asText();
    }

    private static GatewayConfig.Bounds bounds(int waiting, long bodyBytes, long bodyMs, long connectMs, long closeMs) {
        return new GatewayConfig.Bounds(waiting, bodyBytes, bodyMs, 75_000, 30_000, connectMs, closeMs);
    }

    private Gateway listen(int port) {
        return Gateway.listen(new GatewayConfig("127.0.0.1", port, TopicCatalogue.defaults(), dataDir));
    }

    private static void write(Socket client, String text) throws Exception {
        OutputStream out = client.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
