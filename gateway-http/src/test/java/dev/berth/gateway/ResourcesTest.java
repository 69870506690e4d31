package dev.berth.gateway;

import static dev.berth.gateway.InvokeTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.PlayedFleet;
import dev.berth.schemas.Assignment;
import dev.berth.schemas.AssignmentState;
import dev.berth.schemas.InstanceState;
import dev.berth.schemas.InstanceStatus;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Load;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Pin;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.RoutingKey;
import dev.berth.schemas.WarmFunction;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class ResourcesTest {
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        for (String name : List.of("echo", "failing", "slow", "refused")) {
            bed.deploy(name);
        }
        bed.fleet.plays("slow", invocation -> Optional.empty());
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    @Tag("R2")
    void theContainerOfAKeyCanBeLookedUpAndAnUnknownKeyHasNone() {
        bed.fleet.row(bed.topics.pins(), "default/echo/FRA", pin("echo", "FRA", "c-1"));
        bed.fleet.row(bed.topics.pins(), "default/echo/a/b c?", pin("echo", "a/b c?", "c-2"));

        await().untilAsserted(() -> assertThat(
                        pinOf("echo", "a%2Fb%20c%3F").get("containerId").asText())
                .isEqualTo("c-2"));
        JsonNode pin = pinOf("echo", "FRA");
        assertThat(pin.get("instanceId").asText()).isEqualTo("i-1");
        assertThat(pin.get("containerId").asText()).isEqualTo("c-1");
        assertThat(pin.get("functionVersion").asText()).isEqualTo("$LATEST");
        assertThat(pin.get("lastUsedMs").asLong()).isEqualTo(1234);

        Http.Reply unknown = bed.http.get("/pins?function=echo&key=nowhere");
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.body()).isEqualTo("{\"pin\":null}");
        assertThat(bed.http.get("/pins?function=echo&key=FRA&tenant=other").body())
                .isEqualTo("{\"pin\":null}");
    }

    @Test
    @Tag("R2")
    void aPinThatIsTakenAwayIsGoneAndARecordThatCannotBeReadChangesNothing() {
        bed.fleet.row(bed.topics.pins(), "default/echo/gone", pin("echo", "gone", "c-1"));
        await().untilAsserted(() -> assertThat(pinOf("echo", "gone").isNull()).isFalse());

        bed.fleet.garbage(bed.topics.pins().name(), "default/echo/gone");
        bed.fleet.row(bed.topics.pins(), "default/echo/after", pin("echo", "after", "c-1"));
        await().untilAsserted(() -> assertThat(pinOf("echo", "after").isNull()).isFalse());
        assertThat(pinOf("echo", "gone").isNull()).isFalse();

        bed.fleet.row(bed.topics.pins(), "default/echo/gone", null);
        await().untilAsserted(() -> assertThat(pinOf("echo", "gone").isNull()).isTrue());
    }

    @Test
    void pinsAreListedInPages() {
        for (String value : List.of("1", "2", "3")) {
            bed.fleet.row(bed.topics.pins(), "default/listed/" + value, pin("listed", value, "c-" + value));
        }
        await().untilAsserted(() -> assertThat(
                        bed.http.get("/pins?function=listed").json().get("pins"))
                .hasSize(3));

        JsonNode first = bed.http.get("/pins?function=listed&limit=2").json();
        JsonNode second = bed.http
                .get("/pins?function=listed&limit=2&after=" + first.get("next").asText())
                .json();
        assertThat(first.get("pins")).hasSize(2);
        assertThat(second.get("pins")).hasSize(1);
        assertThat(second.get("pins").get(0).get("key").asText()).isEqualTo("3");
        assertThat(second.has("next")).isFalse();
        refused(bed.http.get("/pins?key=x"), 400, "InvalidParameterValueException");
        refused(bed.http.get("/pins?limit=many"), 400, "InvalidParameterValueException");
    }

    @Test
    void instancesAreShownWithTheFleetsWordAndTheirOwn() {
        bed.fleet.row(bed.topics.fleet(), "i-1", assignment("i-1", AssignmentState.LIVE));
        bed.fleet.row(bed.topics.instances(), "i-1", status("i-1"));
        bed.fleet.row(bed.topics.fleet(), "i-2", assignment("i-2", AssignmentState.LOST));
        bed.fleet.row(bed.topics.instances(), "i-2", status("i-2"));
        bed.fleet.row(bed.topics.fleet(), "i-3", assignment("i-3", AssignmentState.RELEASED));
        bed.fleet.row(bed.topics.instances(), "i-4", status("i-4"));

        await().untilAsserted(() ->
                assertThat(bed.http.get("/instances").json().get("instances")).hasSize(3));
        JsonNode instances = bed.http.get("/instances").json().get("instances");
        assertThat(instances.findValuesAsText("state")).containsExactly("running", "lost", "unassigned");
        JsonNode live = instances.get(0);
        assertThat(live.get("id").asText()).isEqualTo("i-1");
        assertThat(live.get("slot").asInt()).isEqualTo(3);
        assertThat(live.get("epoch").asInt()).isEqualTo(9);
        assertThat(live.get("load").get("containers").asInt()).isEqualTo(4);
        assertThat(live.get("warm").get(0).get("function").asText()).isEqualTo("echo");
        assertThat(bed.http.get("/instances?all=true").json().get("instances")).hasSize(4);
    }

    @Test
    void aJobIsSubmittedFollowedAndListed() {
        Http.Reply submitted = bed.http.post(
                "/jobs", "{\"function\":\"echo\",\"payload\":{\"n\":5},\"key\":\"FRA\",\"busy\":\"wait\"}");

        assertThat(submitted.status()).as(submitted.body()).isEqualTo(202);
        assertThat(submitted.json().get("status").asText()).isEqualTo("queued");
        String id = submitted.json().get("id").asText();
        assertThat(submitted.header("Location")).isEqualTo("/jobs/" + id);
        JsonNode done = ended(id);
        assertThat(done.get("status").asText()).isEqualTo("succeeded");
        assertThat(done.get("result").get("n").asInt()).isEqualTo(5);
        assertThat(done.get("key").asText()).isEqualTo("FRA");
        assertThat(done.get("containerId").asText()).isEqualTo(PlayedFleet.CONTAINER);
        assertThat(done.get("attempts")).hasSize(1);
        assertThat(done.get("timings").get("startedUs").asLong()).isPositive();
        assertThat(bed.http.get("/jobs?limit=200").json().get("jobs").findValuesAsText("id"))
                .contains(id);
        assertThat(bed.fleet.seen("echo").stream()
                        .filter(each -> each.invocation().getId().equals(id)))
                .singleElement()
                .satisfies(seen -> assertThat(seen.key()).isEqualTo("default/echo/FRA"));
    }

    @Test
    void theSameIdIsTheSameJob() {
        String body = "{\"id\":\"order-17\",\"function\":\"echo\",\"payload\":1}";
        assertThat(bed.http.post("/jobs", body).status()).isEqualTo(202);
        assertThat(bed.http.post("/jobs", body).status()).isEqualTo(200);
        ended("order-17");

        assertThat(bed.http.post("/jobs", body).json().get("result").asInt()).isEqualTo(1);
        assertThat(bed.fleet.seen("echo").stream()
                        .filter(each -> each.invocation().getId().equals("order-17")))
                .hasSize(1);
        refused(
                bed.http.post("/jobs", "{\"id\":\"order-17\",\"function\":\"slow\"}"),
                409,
                "ResourceConflictException");
    }

    @Test
    void jobsSayHowTheyEnded() {
        bed.fleet.plays(
                "failing",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.TIMED_OUT)
                        .setErrorType("Sandbox.Timedout")
                        .setErrorMessage("Task timed out after 3.00 seconds")
                        .build()));
        bed.fleet.plays(
                "refused",
                invocation -> Optional.of(PlayedFleet.result(invocation, ResultStatus.REJECTED)
                        .setErrorType("ResourceNotFoundException")
                        .setErrorMessage("gone")
                        .build()));

        JsonNode failing = ended(submit("failing"));
        assertThat(failing.get("status").asText()).isEqualTo("timed-out");
        assertThat(failing.get("error").get("type").asText()).isEqualTo("Sandbox.Timedout");
        assertThat(ended(submit("refused")).get("status").asText()).isEqualTo("rejected");
        String id = submit("slow");
        assertThat(bed.http.get("/jobs/" + id).json().get("status").asText()).isEqualTo("queued");
        bed.fleet.row(
                bed.topics.outcomes(),
                id,
                Outcome.newBuilder()
                        .setInvocationId(id)
                        .setStatus(OutcomeStatus.DEAD_LETTERED)
                        .setResult(PlayedFleet.result(
                                        Invocation.newBuilder()
                                                .setId(id)
                                                .setFunction("slow")
                                                .build(),
                                        ResultStatus.FUNCTION_ERROR)
                                .build())
                        .setCompletedUs(1)
                        .build());
        assertThat(ended(id).get("status").asText()).isEqualTo("dead-lettered");
    }

    @Test
    void jobsThatCannotBeAreRefused() {
        refused(bed.http.post("/jobs", "no json"), 400, "InvalidRequestContentException");
        refused(bed.http.post("/jobs", "[]"), 400, "InvalidRequestContentException");
        refused(bed.http.post("/jobs", "{}"), 400, "InvalidParameterValueException");
        refused(bed.http.post("/jobs", "{\"function\":\"nobody\"}"), 404, "ResourceNotFoundException");
        refused(bed.http.post("/jobs", "{\"function\":\"echo\",\"delay\":5}"), 400, "InvalidParameterValueException");
        refused(
                bed.http.post("/jobs", "{\"function\":\"echo\",\"id\":\"a b\"}"),
                400,
                "InvalidParameterValueException");
        refused(bed.http.post("/jobs", "{\"function\":\"echo\",\"key\":7}"), 400, "InvalidParameterValueException");
        refused(
                bed.http.post("/jobs", "{\"function\":\"echo\",\"payload\":\"" + "x".repeat(1024 * 1024) + "\"}"),
                413,
                "RequestTooLargeException");
        refused(bed.http.get("/jobs/unknown"), 404, "ResourceNotFoundException");
        refused(bed.http.get("/jobs?limit=0"), 400, "InvalidParameterValueException");
    }

    @Test
    void anotherTenantsJobIsNotThere() {
        String id = submit("echo");
        ended(id);

        refused(bed.http.get("/jobs/" + id + "?tenant=other"), 404, "ResourceNotFoundException");
        assertThat(bed.http.get("/jobs?tenant=other").json().get("jobs")).isEmpty();
    }

    private static String submit(String function) {
        return bed.http
                .post("/jobs", "{\"function\":\"" + function + "\"}")
                .json()
                .get("id")
                .asText();
    }

    private static JsonNode ended(String id) {
        await().untilAsserted(() -> assertThat(
                        bed.http.get("/jobs/" + id).json().get("status").asText())
                .isNotEqualTo("queued"));
        return bed.http.get("/jobs/" + id).json();
    }

    private static JsonNode pinOf(String function, String escapedKey) {
        return bed.http
                .get("/pins?function=" + function + "&key=" + escapedKey)
                .json()
                .get("pin");
    }

    private static Pin pin(String function, String value, String container) {
        return Pin.newBuilder()
                .setRoutingKey(new RoutingKey("default", function, value).text())
                .setTenant("default")
                .setFunction(function)
                .setRoutingValue(value)
                .setInstanceId("i-1")
                .setEpoch(1)
                .setContainerId(container)
                .setFunctionVersion("$LATEST")
                .setRevision(1)
                .setLastUsedMs(1234)
                .build();
    }

    private static Assignment assignment(String id, AssignmentState state) {
        return Assignment.newBuilder()
                .setInstanceId(id)
                .setIncarnation("n")
                .setSlot(3)
                .setEpoch(9)
                .setState(state)
                .setAssignedMs(1)
                .build();
    }

    private static InstanceStatus status(String id) {
        return InstanceStatus.newBuilder()
                .setInstanceId(id)
                .setIncarnation("n")
                .setEpoch(9)
                .setState(InstanceState.RUNNING)
                .setHost("h")
                .setContainerRuntime("process")
                .setSlots(8)
                .setMemoryMb(1024)
                .setLoad(new Load(1, 2, 4, 512, 128))
                .setWarm(List.of(new WarmFunction("default", "echo", 1L, 1, 0)))
                .setSentMs(5)
                .build();
    }
}
