package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.schemas.Limits;
import dev.berth.schemas.LogChunk;
import dev.berth.schemas.Micros;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway tells of logs, where a test writes the topic. */
@Tag("integration")
@Tag("C4")
class LogsTest {
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        for (String name : List.of("echo", "chatty", "quiet", "live", "many")) {
            bed.deploy(name);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    void chunksBecomeLinesWithTheirOrigin() {
        print("chatty", "c1", "i-1", "one\ntwo\n");
        print("chatty", "c2", null, "Ol\u00e1\nno end");
        bed.fleet.row(bed.topics.logs(), "default/chatty", chunk("chatty", "c2", null, new byte[0], 77));
        bed.fleet.row(
                bed.topics.logs(),
                "default/chatty",
                chunk("chatty", "c2", null, new byte[] {(byte) 0xFF, 27, '\n'}, 0));

        List<JsonNode> lines = lines("?function=chatty");

        assertThat(lines)
                .extracting(line -> line.path("text").asText(null))
                .containsExactly("one", "two", "Ol\u00e1", "no end", null, "\uFFFD\u001b");
        assertThat(lines).noneMatch(line -> line.has("continues"));
        assertThat(lines.get(4).path("droppedBytes").asInt()).isEqualTo(77);
        JsonNode first = lines.get(0);
        assertThat(first.path("containerId").asText()).isEqualTo("c1");
        assertThat(first.path("invocationId").asText()).isEqualTo("i-1");
        assertThat(first.path("instanceId").asText()).isEqualTo("i");
        assertThat(first.path("attempt").asInt()).isEqualTo(1);
        assertThat(first.path("atUs").asLong()).isPositive();
        assertThat(lines.get(2).path("invocationId").isNull()).isTrue();
        assertThat(lines("?function=chatty&container=c1")).hasSize(2);
        assertThat(lines("?function=chatty&instance=other")).isEmpty();
        assertThat(lines("?function=chatty&qualifier=$LATEST")).hasSize(6);
        assertThat(lines("?function=chatty&since=2199-01-01T00:00:00Z")).isEmpty();
        assertThat(lines("?function=chatty&limit=2"))
                .extracting(line -> line.path("text").asText(null))
                .containsExactly(null, "\uFFFD\u001b");
    }

    @Test
    void aLineThatGoesOnInTheNextChunkSaysSo() {
        print("many", "c1", null, "x".repeat(Limits.LOG_CHUNK_BYTES));
        print("many", "c1", null, "y\n");
        assertThat(lines("?function=many"))
                .extracting(line -> line.path("continues").asBoolean())
                .containsExactly(true, false);
    }

    @Test
    void anInvocationsLinesEndWithItsReport() {
        String id = bed.http.invoke("echo", "{}").header("x-amzn-requestid");
        print("echo", "c1", "another", "not this\n");
        print("echo", "c1", id, "this\n");

        List<JsonNode> lines = lines("?function=echo&invocation=" + id);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).path("text").asText()).isEqualTo("this");
        JsonNode report = lines.get(1).path("report");
        assertThat(report.path("invocationId").asText()).isEqualTo(id);
        assertThat(report.path("status").asText()).isEqualTo("succeeded");
        assertThat(lines("?invocation=" + id)).as("its function is known").hasSize(2);
    }

    @Test
    void whatIsPrintedLaterIsFollowedUntilTheClientGoes() throws Exception {
        List<Follower> followers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            followers.add(new Follower("?function=live&follow=true"));
        }
        print("live", "c1", "running", "tick\n");
        for (Follower follower : followers) {
            assertThat(follower.next().path("text").asText()).isEqualTo("tick");
        }
        assertThat(refused(bed.http.get("/logs?function=live"), 429, "TooManyRequestsException"))
                .contains("16 requests of tenant default");
        assertThat(bed.http.get("/logs?function=live&tenant=acme").status()).isEqualTo(404);

        for (Follower follower : followers) {
            follower.close();
        }
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() ->
                        assertThat(bed.http.get("/logs?function=live").status()).isEqualTo(200));
    }

    @Test
    void anotherTenantSeesNothing() {
        print("quiet", "c1", "secret-id", "secret\n");
        assertThat(lines("?function=quiet")).hasSize(1);
        assertThat(refused(bed.http.get("/logs?function=quiet&tenant=acme"), 404, "ResourceNotFoundException"))
                .isEqualTo(refused(bed.http.get("/logs?function=nothing"), 404, "ResourceNotFoundException")
                        .replace("nothing", "quiet"));
        String id = bed.http.invoke("quiet", "{}").header("x-amzn-requestid");
        assertThat(refused(bed.http.get("/logs?tenant=acme&invocation=" + id), 404, "ResourceNotFoundException"))
                .isEqualTo(refused(bed.http.get("/logs?tenant=acme&invocation=none"), 404, "ResourceNotFoundException")
                        .replace("none", id));
    }

    @Test
    void anUnknownInvocationIsToldHowFarBackLogsGo() {
        print("echo", "c1", null, "something\n");
        assertThat(refused(bed.http.get("/logs?function=echo&invocation=nobody"), 404, "ResourceNotFoundException"))
                .contains("nobody of function echo", "Logs go back to 20");
        String ofEcho = bed.http.invoke("echo", "{}").header("x-amzn-requestid");
        assertThat(refused(
                        bed.http.get("/logs?function=chatty&invocation=" + ofEcho), 404, "ResourceNotFoundException"))
                .contains("is the function the right one");
    }

    @Test
    void badQuestionsAreRefused() {
        for (String query : List.of(
                "",
                "?function=a%20b",
                "?function=echo&follow=maybe",
                "?function=echo&limit=0",
                "?function=echo&since=x")) {
            refused(bed.http.get("/logs" + query), 400, "InvalidParameterValueException");
        }
        refused(bed.http.get("/logs?function=echo&qualifier=7"), 404, "ResourceNotFoundException");
    }

    @Test
    void recordsThatAreNoChunksArePassedOver() {
        bed.fleet.garbage(bed.topics.logs().name(), "default/quiet");
        assertThat(bed.http.get("/logs?function=quiet").status()).isEqualTo(200);
    }

    @Test
    void aGatewayThatClosesEndsItsFollowers(@TempDir Path dataDir) throws Exception {
        try (GatewayBed other = GatewayBed.start(dataDir)) {
            other.deploy("echo");
            HttpResponse<InputStream> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(other.gateway.url() + "/logs?function=echo&follow=true"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.body().read()).isEqualTo('\n');
            assertThat(CompletableFuture.runAsync(other.gateway::close)).succeedsWithin(Duration.ofSeconds(8));
            assertThat(response.body().read()).isEqualTo(-1);
        }
    }

    /** A client that reads line by line. */
    private static final class Follower implements AutoCloseable {
        private final InputStream body;
        private final BufferedReader lines;

        private Follower(String query) throws IOException, InterruptedException {
            body = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(bed.gateway.url() + "/logs" + query))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEmpty();
        }

        private JsonNode next() throws IOException {
            String line = lines.readLine();
            while (line.isEmpty()) {
                line = lines.readLine();
            }
            return Http.parse(line);
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private static List<JsonNode> lines(String query) {
        Http.Reply reply = bed.http.get("/logs" + query);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.body()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(Http::parse)
                .toList();
    }

    private static String refused(Http.Reply reply, int status, String type) {
        InvokeTest.refused(reply, status, type);
        return reply.message();
    }

    private static void print(String function, String container, String invocation, String text) {
        bed.fleet.row(
                bed.topics.logs(),
                "default/" + function,
                chunk(function, container, invocation, text.getBytes(StandardCharsets.UTF_8), 0));
    }

    private static LogChunk chunk(String function, String container, String invocation, byte[] printed, long dropped) {
        return LogChunk.newBuilder()
                .setTenant("default")
                .setFunction(function)
                .setFunctionVersion("$LATEST")
                .setInstanceId("i")
                .setContainerId(container)
                .setInvocationId(invocation)
                .setAttempt(invocation == null ? 0 : 1)
                .setSequence(0)
                .setAtUs(Micros.now())
                .setPrinted(ByteBuffer.wrap(printed))
                .setDroppedBytes(dropped)
                .build();
    }
}
