package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.PlayedFleet;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.PinPolicy;
import dev.berth.schemas.ResultStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class InvokeTest {
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        for (String name : new String[] {"echo", "failing", "exiting", "silent", "rejected", "throttled", "garbled"}) {
            assertThat(bed.deploy(name).status()).isEqualTo(201);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    @Tag("R16")
    void answersWithTheResultAndWithWhereAndHowItRan() {
        Http.Reply reply = bed.http.invoke("echo", "{\"n\":1}", "X-Amz-Log-Type", "Tail");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"n\":1}");
        assertThat(reply.header("X-Amzn-RequestId")).isEqualTo(last("echo").getId());
        assertThat(reply.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
        assertThat(reply.header("X-Amz-Function-Error")).isNull();
        assertThat(new String(Base64.getDecoder().decode(reply.header("X-Amz-Log-Result")), StandardCharsets.UTF_8))
                .isEqualTo("it ran\n");
        assertThat(reply.header("X-Berth-Instance-Id")).isEqualTo(PlayedFleet.INSTANCE);
        assertThat(reply.header("X-Berth-Container-Id")).isEqualTo(PlayedFleet.CONTAINER);
        assertThat(reply.header("X-Berth-Reuse")).isEqualTo("warm");
        assertThat(reply.header("X-Berth-Attempt")).isEqualTo("1");
        assertThat(reply.header("X-Berth-Revision")).isEqualTo("7");
        JsonNode timings = Http.parse(reply.header("X-Berth-Timings"));
        assertThat(timings.fieldNames())
                .toIterable()
                .containsExactly(
                        "publishedUs",
                        "routedUs",
                        "receivedUs",
                        "startedUs",
                        "endedUs",
                        "initUs",
                        "createUs",
                        "givenUs",
                        "repliedUs");
        assertThat(timings.get("repliedUs").asLong())
                .isGreaterThan(timings.get("endedUs").asLong());
    }

    @Test
    @Tag("R3")
    void theRoutingValueOfEitherHeaderKeysTheRecord() {
        bed.http.invoke("echo", "{}", "X-Amz-Tenant-Id", "blue");
        assertThat(last("echo").getRoutingValue()).isEqualTo("blue");
        assertThat(lastKey("echo")).isEqualTo("default/echo/blue");

        bed.http.invoke("echo", "{}", "X-Berth-Key", "red", "X-Amz-Tenant-Id", "red", "X-Berth-Tenant", "default");
        assertThat(lastKey("echo")).isEqualTo("default/echo/red");

        bed.http.invoke("echo", "{}");
        assertThat(last("echo").getRoutingValue()).isNull();
        assertThat(lastKey("echo")).isEqualTo("default/echo");
    }

    @Test
    @Tag("R3")
    void twoDifferentRoutingValuesAreRefused() {
        Http.Reply reply = bed.http.invoke("echo", "{}", "X-Berth-Key", "a", "X-Amz-Tenant-Id", "b");

        refused(reply, 400, "InvalidParameterValueException");
        assertThat(reply.message()).contains("X-Berth-Key", "X-Amz-Tenant-Id");
    }

    @Test
    void policiesAndContextTravelWithTheInvocation() {
        String context =
                Base64.getEncoder().encodeToString("{\"custom\": {\"a\": 1}}".getBytes(StandardCharsets.UTF_8));

        bed.http.invoke(
                "echo",
                "{}",
                "X-Berth-Busy",
                "spill",
                "X-Berth-Pin",
                "require",
                "X-Amz-Client-Context",
                context,
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        Invocation invocation = last("echo");
        assertThat(invocation.getBusyPolicy()).isEqualTo(BusyPolicy.SPILL);
        assertThat(invocation.getPinPolicy()).isEqualTo(PinPolicy.REQUIRE);
        assertThat(invocation.getHeaders())
                .containsEntry("x-amz-client-context", "{\"custom\":{\"a\":1}}")
                .containsKey("traceparent");
        assertThat(invocation.getOrigin()).isEqualTo("http");
        assertThat(invocation.getReplyTo()).isNotNull();
        assertThat(invocation.getDeadlineMs()).isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void aFunctionsErrorIsStatus200WithItsErrorAsTheBody() {
        bed.fleet.plays(
                "failing",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.FUNCTION_ERROR)
                        .setErrorType("ValueError")
                        .setErrorMessage("no")
                        .setPayload(PlayedFleet.bytes(
                                "{\"errorType\":\"ValueError\",\"errorMessage\":\"no\",\"stackTrace\":[]}"))
                        .build()));
        bed.fleet.plays(
                "exiting",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.CONTAINER_EXITED)
                        .setErrorType("Runtime.ExitError")
                        .setErrorMessage("exit status 3")
                        .build()));

        Http.Reply failing = bed.http.invoke("failing", "{}");
        assertThat(failing.status()).isEqualTo(200);
        assertThat(failing.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
        assertThat(failing.json().get("errorType").asText()).isEqualTo("ValueError");

        Http.Reply exiting = bed.http.invoke("exiting", "{}");
        assertThat(exiting.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
        assertThat(exiting.json().get("errorMessage").asText()).isEqualTo("exit status 3");
    }

    @Test
    void whatTheRouterRejectsHasLambdasStatus() {
        bed.fleet.plays(
                "rejected",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.REJECTED)
                        .setErrorType("DeadlineExceeded")
                        .setErrorMessage("too late")
                        .build()));
        bed.fleet.plays(
                "throttled",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.REJECTED)
                        .setErrorType("TooManyRequestsException")
                        .setErrorMessage("full")
                        .build()));

        refused(bed.http.invoke("rejected", "{}"), 504, "DeadlineExceeded");
        Http.Reply throttled = bed.http.invoke("throttled", "{}");
        refused(throttled, 429, "TooManyRequestsException");
        assertThat(throttled.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void anEventIsAcceptedAtOnceAndBecomesAJob() {
        Http.Reply reply = bed.http.invoke("echo", "{\"e\":1}", "X-Amz-Invocation-Type", "Event");

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.body()).isEmpty();
        String id = reply.header("X-Amzn-RequestId");
        assertThat(bed.http.get("/jobs/" + id).status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(
                        bed.http.get("/jobs/" + id).json().get("status").asText())
                .isEqualTo("succeeded"));
        assertThat(bed.http.get("/jobs/" + id).json().get("result").get("e").asInt())
                .isEqualTo(1);
        assertThat(last("echo").getReplyTo()).isNull();
    }

    @Test
    void aDryRunRunsNothing() {
        int before = bed.fleet.seen("echo").size();

        assertThat(bed.http
                        .invoke("echo", "{}", "X-Amz-Invocation-Type", "DryRun")
                        .status())
                .isEqualTo(204);
        refused(bed.http.invoke("nobody", "{}", "X-Amz-Invocation-Type", "DryRun"), 404, "ResourceNotFoundException");

        bed.http.invoke("echo", "{}");
        assertThat(bed.fleet.seen("echo")).hasSize(before + 1);
    }

    @Test
    void nobodyWaitsLongerThanAsked() {
        bed.fleet.plays("silent", invocation -> Optional.empty());

        Http.Reply reply = bed.http.invoke("silent", "{}", "X-Berth-Wait-Ms", "200");

        refused(reply, 504, "InvocationTimeoutException");
        assertThat(reply.message()).contains("/jobs/" + reply.header("X-Amzn-RequestId"));
    }

    @Test
    void functionsAreFoundByNameAndByEitherArn() {
        for (String name : new String[] {
            "echo",
            "echo:$LATEST",
            "000000000000:function:echo",
            "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aecho",
            "arn:aws:lambda:eu-west-1:123456789012:function:echo:%24LATEST"
        }) {
            assertThat(bed.http.invoke(name.replace("$", "%24"), "{}").status())
                    .as(name)
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsNotThereIsNotFoundAtOnce() {
        refused(bed.http.invoke("nobody", "{}"), 404, "ResourceNotFoundException");
        refused(bed.http.invoke("echo:42", "{}"), 404, "ResourceNotFoundException");
        refused(bed.http.invoke("echo", "{}", "X-Berth-Tenant", "other"), 404, "ResourceNotFoundException");
        refused(
                bed.http.post("/2015-03-31/functions/echo/invocations?Qualifier=none", "{}"),
                404,
                "ResourceNotFoundException");
    }

    @Test
    void whatCannotBeIsRefused() {
        refused(bed.http.invoke("echo", "{\"a\":"), 400, "InvalidRequestContentException");
        refused(bed.http.invoke("echo", "{} {}"), 400, "InvalidRequestContentException");
        refused(bed.http.invoke("echo", "hello"), 400, "InvalidRequestContentException");
        refused(bed.http.invoke("echo", "[".repeat(200_000)), 400, "InvalidRequestContentException");
        refused(bed.http.invoke("no%20name", "{}"), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("..%2F..%2Fetc", "{}"), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("%C3%BCnicode", "{}"), 400, "InvalidParameterValueException");
        refused(
                bed.http.invoke("echo:a", "{}".replace("a", "b"), "X-Amz-Invocation-Type", "Later"),
                400,
                "InvalidParameterValueException");
        refused(bed.http.invoke("echo", "{}", "X-Berth-Busy", "maybe"), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("echo", "{}", "X-Berth-Wait-Ms", "soon"), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("echo", "{}", "X-Berth-Key", "k".repeat(257)), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("echo", "{}", "X-Amz-Client-Context", "%%%"), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("echo", "{}", "X-Amz-Client-Context", "WzFd"), 400, "InvalidParameterValueException");
        refused(bed.http.invoke("echo", "{}", "X-Berth-Tenant", "a/b"), 400, "InvalidParameterValueException");
        refused(
                bed.http.post("/2015-03-31/functions/echo:1/invocations?Qualifier=2", "{}"),
                400,
                "InvalidParameterValueException");
        refused(bed.http.get("/2015-03-31/nothing"), 404, "UnknownOperationException");
        refused(bed.http.get("/2015-03-31/functions/echo/invocations"), 405, "UnknownOperationException");
    }

    @Test
    void payloadsOverTheirLimitAreRefusedAndThoseAtItPass() {
        String most = "\"" + "x".repeat(Limits.SYNC_PAYLOAD_BYTES - 2) + "\"";

        assertThat(bed.http.invoke("echo", most).body()).hasSize(Limits.SYNC_PAYLOAD_BYTES);
        refused(bed.http.invoke("echo", most + " "), 413, "RequestTooLargeException");
        refused(
                bed.http.invoke(
                        "echo", "\"" + "x".repeat(Limits.ASYNC_PAYLOAD_BYTES) + "\"", "X-Amz-Invocation-Type", "Event"),
                413,
                "RequestTooLargeException");
    }

    @Test
    void noPayloadIsAnEmptyEvent() {
        assertThat(bed.http.invoke("echo", "").body()).isEqualTo("{}");
    }

    @Test
    void aReplyThatCannotBeReadDoesNotStopTheNext() {
        bed.fleet.plays("garbled", invocation -> {
            bed.fleet.garbage(bed.topics.replies().name(), invocation.getId());
            return Optional.empty();
        });
        bed.http.invoke("garbled", "{}", "X-Berth-Wait-Ms", "300");

        assertThat(bed.http.invoke("echo", "{}").status()).isEqualTo(200);
    }

    private static Invocation last(String function) {
        var seen = bed.fleet.seen(function);
        return seen.get(seen.size() - 1).invocation();
    }

    private static String lastKey(String function) {
        var seen = bed.fleet.seen(function);
        return seen.get(seen.size() - 1).key();
    }

    static void refused(Http.Reply reply, int status, String type) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("X-Amzn-ErrorType")).isEqualTo(type);
        assertThat(reply.json().get("Type").asText()).isEqualTo(status >= 500 ? "Server" : "User");
        assertThat(reply.message()).isNotBlank().doesNotContain("at dev.berth", "Exception:");
    }
}
