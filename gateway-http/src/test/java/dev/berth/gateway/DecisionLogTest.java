package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.PlayedFleet;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.Decision;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Micros;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway tells of the decision log, where a test writes the log. */
@Tag("integration")
class DecisionLogTest {
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        bed.deploy("echo");
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    void anInvocationIsToldWithItsOutcomeItsAttemptsAndWords() {
        String id = bed.http.invoke("echo", "{}", "X-Berth-Key", "ATL").header("x-amzn-requestid");
        dispatch(id, "default", "echo", "ATL", "pin");

        await().untilAsserted(() ->
                assertThat(explain(id).path("outcome").path("status").asText()).isEqualTo("succeeded"));
        JsonNode account = explain(id);

        assertThat(account.path("key").asText()).isEqualTo("ATL");
        assertThat(account.path("cut").asBoolean()).isFalse();
        assertThat(account.path("attempts")).hasSize(1);
        JsonNode attempt = account.path("attempts").path(0);
        assertThat(attempt.path("dispatch").path("reason").asText()).isEqualTo("pin");
        assertThat(attempt.path("dispatch")
                        .path("decision")
                        .path("candidates")
                        .path(0)
                        .path("score")
                        .asDouble())
                .isEqualTo(0.25);
        assertThat(attempt.path("result").path("container").asText()).isEqualTo(PlayedFleet.CONTAINER);
        assertThat(account.path("text").toString()).contains("Key ATL is pinned to container c-played");
    }

    @Test
    void oneThatTheViewsDoNotKnowIsFoundInTheLogAsFarBackAsAsked() {
        dispatch("only-dispatched", "default", "echo", "ATL", "cold-free");

        assertThat(explain("only-dispatched").path("text").toString()).contains("no outcome is known yet");
        assertThat(bed.http
                        .get("/explain/only-dispatched?since=2199-01-01T00:00:00Z")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anUnknownIdAndAnotherTenantsAreNotFoundAlike() {
        dispatch("of-another", "acme", "echo", "ATL", "pin");

        Http.Reply unknown = bed.http.get("/explain/nobody");
        assertThat(refused(unknown, 404, "ResourceNotFoundException")).contains("nobody", "--since");
        assertThat(refused(bed.http.get("/explain/of-another"), 404, "ResourceNotFoundException"))
                .isEqualTo(unknown.message().replace("nobody", "of-another"));
        assertThat(bed.http.get("/explain/of-another?tenant=acme").status()).isEqualTo(200);
    }

    @Test
    void aStretchOfTheLogIsAnAvroFileWithoutPayloads() throws Exception {
        dispatch("logged-1", "default", "logged", "a", "pin");
        dispatch("logged-2", "default", "logged", "b", "pin");
        dispatch("logged-3", "acme", "logged", "a", "pin");

        List<Dispatch> all = decisions("?function=logged");
        assertThat(all)
                .extracting(each -> each.getInvocation().getId())
                .containsExactlyInAnyOrder("logged-1", "logged-2");
        assertThat(all).allSatisfy(each -> {
            assertThat(each.getInvocation().getPayload().remaining()).isZero();
            assertThat(each.getInvocation().getHeaders()).isEmpty();
            assertThat(each.getDecision().getReason()).isEqualTo("pin");
        });
        assertThat(decisions("?function=logged&key=a")).hasSize(1);
        assertThat(decisions("?function=logged&from=0&to=1000")).isEmpty();
        assertThat(decisions("?function=logged&from=2020-01-01T00:00:00Z&to=" + Micros.now() / 1_000))
                .hasSize(2);
    }

    @Test
    void recordsThatAreNoDispatchesArePassedOver() throws Exception {
        bed.fleet.garbage(bed.topics.dispatch().name(), "garbage");
        dispatch("after-garbage", "default", "tidy", "a", "pin");

        assertThat(decisions("?function=tidy")).hasSize(1);
        assertThat(bed.http.get("/explain/garbage").status()).isEqualTo(404);
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        for (String query : List.of("/decisions?from=yesterday", "/decisions?to=-5", "/explain/x?since=1h")) {
            assertThat(refused(bed.http.get(query), 400, "InvalidParameterValueException"))
                    .contains("2026-01-31T12:00:00Z");
        }
        assertThat(refused(bed.http.get("/decisions?from=2000&to=1000"), 400, "InvalidParameterValueException"))
                .contains("before");
    }

    private static String refused(Http.Reply reply, int status, String type) {
        InvokeTest.refused(reply, status, type);
        return reply.message();
    }

    private static JsonNode explain(String id) {
        Http.Reply reply = bed.http.get("/explain/" + id);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    private static List<Dispatch> decisions(String query) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(bed.gateway.url() + "/decisions" + query))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        List<Dispatch> found = new ArrayList<>();
        try (DataFileStream<Dispatch> file = new DataFileStream<>(
                new ByteArrayInputStream(response.body()), new SpecificDatumReader<>(Dispatch.class))) {
            file.forEach(found::add);
        }
        return found;
    }

    private static void dispatch(String id, String tenant, String function, String key, String reason) {
        bed.fleet.row(
                bed.topics.dispatch(),
                id,
                Dispatch.newBuilder()
                        .setInvocation(Invocation.newBuilder()
                                .setId(id)
                                .setTenant(tenant)
                                .setFunction(function)
                                .setRoutingValue(key)
                                .setHeaders(Map.of("secret", "header"))
                                .setPayload(PlayedFleet.bytes("{\"secret\":1}"))
                                .build())
                        .setAttempt(1)
                        .setInstanceId(PlayedFleet.INSTANCE)
                        .setEpoch(1)
                        .setRouterPartition(0)
                        .setFunctionVersion("$LATEST")
                        .setRevision(7)
                        .setContainerId(PlayedFleet.CONTAINER)
                        .setPublishedUs(Micros.now())
                        .setRoutedUs(Micros.now())
                        .setDecision(Decision.newBuilder()
                                .setReason(reason)
                                .setCandidates(List.of(new Candidate(PlayedFleet.INSTANCE, 0.25, null)))
                                .build())
                        .build());
    }
}
