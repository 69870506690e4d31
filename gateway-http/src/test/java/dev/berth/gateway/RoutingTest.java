package dev.berth.gateway;

import static dev.berth.gateway.InvokeTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.PlayedFleet;
import dev.berth.gateway.testbed.TopicContent;
import dev.berth.gateway.testbed.Zips;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.RoutingKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where front doors put invocations, and what functions say about it. */
@Tag("integration")
class RoutingTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        assertThat(bed.deploy("echo").status()).isEqualTo(201);
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    @Tag("R3")
    void invocationsOfOneKeyMeetAndThoseWithoutMeetAtTheirFunction() {
        for (int i = 0; i < 8; i++) {
            String key = "key-" + i;
            bed.http.invoke("echo", "{}", "X-Berth-Key", key);
            assertThat(last("echo").partition()).isEqualTo(RoutingKey.partitionOf("default/echo/" + key, 2));
            bed.http.invoke("echo", "{}");
            assertThat(last("echo").partition()).isEqualTo(RoutingKey.partitionOf("default/echo", 2));
            assertThat(last("echo").key()).isEqualTo("default/echo");
        }
    }

    @Test
    void allKeysOfALimitedFunctionMeetAtTheFunction() {
        deploy("limited", "\"ReservedConcurrency\":1");
        int meeting = RoutingKey.partitionOf("default/limited", 2);

        for (int i = 0; i < 8; i++) {
            bed.http.invoke("limited", "{}", "X-Berth-Key", "key-" + i);
            assertThat(last("limited").partition()).isEqualTo(meeting);
            assertThat(last("limited").key()).isEqualTo("default/limited/key-" + i);
        }
    }

    @Test
    @Tag("R5")
    void theFunctionsRuleGivesTheValueWhereTheCallerGivesNone() {
        deploy("derived", "\"Routing\":\"json:/user/id\"");

        bed.http.invoke("derived", "{\"user\":{\"id\":42}}");
        assertThat(last("derived").key()).isEqualTo("default/derived/42");
        bed.http.invoke("derived", "{\"user\":{\"id\":42}}", "X-Berth-Key", "given");
        assertThat(last("derived").key()).isEqualTo("default/derived/given");
        bed.http.invoke("derived", "{\"filler\":\"" + "x".repeat(500_000) + "\",\"user\":{\"id\":4.2e1}}");
        assertThat(last("derived").key()).isEqualTo("default/derived/42");
        bed.http.invoke("derived", "{\"user\":null}");
        assertThat(last("derived").invocation().getRoutingValue()).isNull();

        Http.Reply job = bed.http.post("/jobs", "{\"function\":\"derived\",\"payload\":{\"user\":{\"id\":\"42\"}}}");
        assertThat(job.json().get("key").asText()).isEqualTo("42");
    }

    @Test
    @Tag("R4")
    void theTenantCanBeTheValueAndAHeaderToo() {
        deploy("by-tenant", "\"Routing\":\"tenant\"");
        bed.http.invoke("by-tenant", "{}");
        assertThat(last("by-tenant").key()).isEqualTo("default/by-tenant/default");

        deploy("by-header", "\"Routing\":\"header:X-Session\"");
        bed.http.invoke("by-header", "{}", "x-session", "abc");
        assertThat(last("by-header").key()).isEqualTo("default/by-header/abc");
        bed.http.invoke("by-header", "{}");
        assertThat(last("by-header").invocation().getRoutingValue()).isNull();
    }

    @Test
    @Tag("R6")
    void anInvocationCanNameAContainerOrAnInvocation() {
        bed.http.invoke("echo", "{}", "X-Berth-Container", "c-9", "X-Berth-Pin", "require");
        assertThat(last("echo").invocation().getContainerId()).isEqualTo("c-9");
        bed.http.invoke("echo", "{}", "X-Berth-Same-Container-As", "i-9");
        assertThat(last("echo").invocation().getSameContainerAs()).isEqualTo("i-9");

        refused(
                bed.http.invoke("echo", "{}", "X-Berth-Container", "c-9", "X-Berth-Same-Container-As", "i-9"),
                400,
                "InvalidParameterValueException");
        refused(
                bed.http.post("/jobs", "{\"function\":\"echo\",\"container\":\"c-9\",\"sameContainerAs\":\"i-9\"}"),
                400,
                "InvalidParameterValueException");
    }

    @Test
    void aJobTakesTheHeadersOfAnInvocation() {
        String id = bed.http
                .post(
                        "/jobs",
                        "{\"function\":\"echo\",\"container\":\"c-7\"}",
                        "X-Berth-Key",
                        "k",
                        "X-Berth-Busy",
                        "fail",
                        "X-Berth-Pin",
                        "require")
                .json()
                .get("id")
                .asText();

        await().untilAsserted(() -> assertThat(bed.fleet.seen("echo"))
                .anyMatch(seen -> seen.invocation().getId().equals(id)));
        Invocation invocation = bed.fleet.seen("echo").stream()
                .map(PlayedFleet.Seen::invocation)
                .filter(each -> each.getId().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(invocation.getRoutingValue()).isEqualTo("k");
        assertThat(invocation.getBusyPolicy()).isEqualTo(BusyPolicy.FAIL);
        assertThat(invocation.getPinPolicy()).isEqualTo(PinPolicy.REQUIRE);
        assertThat(invocation.getContainerId()).isEqualTo("c-7");
        refused(
                bed.http.post("/jobs", "{\"function\":\"echo\",\"busy\":\"never\"}"),
                400,
                "InvalidParameterValueException");
    }

    @Test
    @Tag("R19")
    void aQuestionIsAnsweredByTheRouterAndIsNoJob() {
        deploy("asked", "\"Routing\":\"json:/id\"");
        bed.fleet.plays(
                "asked",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.SUCCEEDED)
                        .setPayload(PlayedFleet.bytes(
                                "{\"explainOnly\":" + invocation.getExplainOnly() + ",\"held\":\"because.\"}"))
                        .build()));

        Http.Reply reply = bed.http.post(
                "/explain", "{\"function\":\"asked\",\"payload\":{\"id\":1},\"busy\":\"wait\",\"tenant\":\"default\"}");

        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.body())
                .isEqualTo(
                        "{\"explainOnly\":true,\"held\":\"because.\",\"text\":[\"It would have to wait for its turn: because.\"]}");
        var seen = last("asked");
        assertThat(seen.key()).isEqualTo("default/asked/1");
        assertThat(seen.invocation().getReplyTo()).isNotNull();
        assertThat(seen.invocation().getBusyPolicy()).isEqualTo(BusyPolicy.WAIT);
        assertThat(bed.http.get("/jobs?function=asked").json().get("jobs")).isEmpty();
    }

    @Test
    void aQuestionThatCannotBeIsRefused() {
        refused(bed.http.post("/explain", "{}"), 400, "InvalidParameterValueException");
        refused(bed.http.post("/explain", "{\"function\":\"nobody\"}"), 404, "ResourceNotFoundException");
        refused(
                bed.http.post("/explain", "{\"function\":\"echo\",\"tenant\":\"other\"}"),
                404,
                "ResourceNotFoundException");
        refused(
                bed.http.post("/explain", "{\"function\":\"echo\",\"tenant\":\"a\"}", "X-Berth-Tenant", "b"),
                400,
                "InvalidParameterValueException");
        refused(
                bed.http.post("/explain", "{\"function\":\"echo\",\"id\":\"i\"}"),
                400,
                "InvalidParameterValueException");
        refused(
                bed.http.post("/explain", "{\"function\":\"echo\",\"busy\":\"x\"}"),
                400,
                "InvalidParameterValueException");
    }

    @Test
    void concurrencyIsPutShownAndLiftedByLambdasOperations() {
        bed.deploy("counted");
        long revision = spec("counted").getLatest().getRevision();
        String path = "/2017-10-31/functions/counted/concurrency";
        assertThat(bed.http.get("/2019-09-30/functions/counted/concurrency").body())
                .isEqualTo("{}");

        Http.Reply put = send("PUT", path, "{\"ReservedConcurrentExecutions\":5}");

        assertThat(put.status()).as(put.body()).isEqualTo(200);
        assertThat(put.body()).isEqualTo("{\"ReservedConcurrentExecutions\":5}");
        assertThat(bed.http.get("/2019-09-30/functions/counted/concurrency").body())
                .isEqualTo(put.body());
        assertThat(bed.http
                        .get(FUNCTIONS + "/counted/configuration")
                        .json()
                        .get("ReservedConcurrency")
                        .asInt())
                .isEqualTo(5);
        assertThat(spec("counted").getReservedConcurrency()).isEqualTo(5);
        refused(send("PUT", path, "{\"ReservedConcurrentExecutions\":-1}"), 400, "InvalidParameterValueException");
        refused(send("PUT", path, "{}"), 400, "InvalidParameterValueException");
        refused(
                send("PUT", path.replace("counted", "nobody"), "{\"ReservedConcurrentExecutions\":1}"),
                404,
                "ResourceNotFoundException");
        refused(
                send("PUT", path + "?Qualifier=7", "{\"ReservedConcurrentExecutions\":1}"),
                400,
                "InvalidParameterValueException");
        assertThat(bed.http.send("DELETE", path, null).status()).isEqualTo(204);
        assertThat(spec("counted").getReservedConcurrency()).isNull();
        assertThat(spec("counted").getLatest().getRevision()).isEqualTo(revision);
    }

    @Test
    void retriesArePutUpdatedAndResetByLambdasOperations() {
        bed.deploy("retried");
        long revision = spec("retried").getLatest().getRevision();
        String path = "/2019-09-25/functions/retried/event-invoke-config";
        JsonNode standard = bed.http.get(path).json();
        assertThat(standard.get("MaximumRetryAttempts").asInt()).isEqualTo(2);

        assertThat(send("PUT", path, "{\"MaximumRetryAttempts\":0,\"RetryBackoffMs\":20}")
                        .status())
                .isEqualTo(200);
        JsonNode updated =
                send("POST", path, "{\"MaximumEventAgeInSeconds\":60}").json();

        assertThat(updated.get("MaximumRetryAttempts").asInt()).isZero();
        assertThat(updated.get("RetryBackoffMs").asInt()).isEqualTo(20);
        assertThat(spec("retried").getMaxEventAgeMs()).isEqualTo(60_000);
        assertThat(send("PUT", path, "{\"MaximumEventAgeInSeconds\":60}")
                        .json()
                        .get("MaximumRetryAttempts")
                        .asInt())
                .as("a put replaces all of it")
                .isEqualTo(2);
        refused(send("PUT", path, "{\"MaximumRetryAttempts\":11}"), 400, "InvalidParameterValueException");
        refused(send("PUT", path, "[]"), 400, "InvalidRequestContentException");
        assertThat(bed.http.send("DELETE", path, null).status()).isEqualTo(204);
        assertThat(bed.http.get(path).json()).isEqualTo(standard);
        assertThat(spec("retried").getLatest().getRevision()).isEqualTo(revision);
    }

    @Test
    @Tag("E4")
    void destinationsArePutUpdatedListedAndTakenAwayByLambdasOperations() {
        bed.deploy("told");
        bed.deploy("listener");
        String path = "/2019-09-25/functions/told/event-invoke-config";

        Http.Reply put = send(
                "PUT",
                path,
                "{\"DestinationConfig\":{\"OnSuccess\":{\"Destination\":\"listener\"},"
                        + "\"OnFailure\":{\"Destination\":\"topic:failed\"}}}");

        assertThat(put.status()).as(put.body()).isEqualTo(200);
        assertThat(spec("told").getDestinations().getOnSuccess())
                .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:listener");
        assertThat(put.json().at("/DestinationConfig/OnFailure/Destination").asText())
                .isEqualTo("topic:failed");
        assertThat(bed.http.get(path + "/list").json().at("/FunctionEventInvokeConfigs/0"))
                .isEqualTo(put.json());
        JsonNode updated =
                send("POST", path, "{\"DestinationConfig\":{\"OnSuccess\":{}}}").json();
        assertThat(updated.at("/DestinationConfig/OnSuccess")).isEmpty();
        assertThat(updated.at("/DestinationConfig/OnFailure")).isNotEmpty();
        refused(
                send("POST", path, "{\"DestinationConfig\":{\"OnSuccess\":{\"Destination\":\"nobody\"}}}"),
                400,
                "InvalidParameterValueException");
        assertThat(bed.http.send("DELETE", path, null).status()).isEqualTo(204);
        assertThat(spec("told").getDestinations()).isNull();
    }

    @Test
    void aLimitThatIsReachedIsToldInLambdasWords() {
        deploy("full", "\"ReservedConcurrency\":0");
        bed.fleet.plays(
                "full",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.REJECTED)
                        .setErrorType("ReservedConcurrencyExceeded")
                        .setErrorMessage("default/full may run 0 at a time")
                        .build()));

        Http.Reply reply = bed.http.invoke("full", "{}");

        refused(reply, 429, "TooManyRequestsException");
        assertThat(reply.json().get("Reason").asText()).isEqualTo("ReservedFunctionConcurrentInvocationLimitExceeded");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
    }

    @Test
    @Tag("R5")
    void aRuleThatIsNoneIsRefusedAndNothingIsDeployed() {
        Http.Reply reply = bed.http.post(FUNCTIONS, body("broken", "\"Routing\":\"json:user/id\""));

        refused(reply, 400, "InvalidParameterValueException");
        assertThat(reply.message()).contains("Routing", "/user/id");
        refused(bed.http.get(FUNCTIONS + "/broken"), 404, "ResourceNotFoundException");
    }

    private static void deploy(String name, String settings) {
        Http.Reply reply = bed.http.post(FUNCTIONS, body(name, settings));
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    }

    private static String body(String name, String settings) {
        return Zips.create(name, Zips.handler(name)).replace("\"Timeout\"", settings + ",\"Timeout\"");
    }

    private static Http.Reply send(String method, String path, String body) {
        return bed.http.send(method, path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static PlayedFleet.Seen last(String function) {
        var seen = bed.fleet.seen(function);
        return seen.get(seen.size() - 1);
    }

    private static FunctionSpec spec(String name) {
        return TopicContent.last(bed, bed.topics.functions(), "default/" + name).orElseThrow();
    }
}
