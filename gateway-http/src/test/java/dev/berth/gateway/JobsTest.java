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
import dev.berth.schemas.Command;
import dev.berth.schemas.CommandKind;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.ResultStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class JobsTest {
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        for (String name : List.of("echo", "held", "paged", "once")) {
            bed.deploy(name);
        }
        bed.fleet.plays("held", invocation -> Optional.empty());
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    @Tag("A6")
    void aDelayAPriorityAndADeadlineTravelWithTheInvocation() {
        JsonNode job = submit(
                "{\"function\":\"held\",\"delayMs\":3600000,\"priority\":7,\"deadline\":\"2100-01-01T00:00:00Z\"}");

        assertThat(job.get("status").asText()).isEqualTo("delayed");
        assertThat(job.get("priority").asInt()).isEqualTo(7);
        Invocation seen = seen(job);
        assertThat(seen.getNotBeforeMs()).isGreaterThan(System.currentTimeMillis());
        assertThat(seen.getNotBeforeMs()).isEqualTo(job.get("notBeforeMs").asLong());
        assertThat(seen.getPriority()).isEqualTo(7);
        assertThat(seen.getDeadlineMs()).isEqualTo(4102444800000L);
        assertThat(bed.http
                        .get("/jobs?function=held&status=delayed")
                        .json()
                        .get("jobs")
                        .findValuesAsText("id"))
                .contains(id(job));
        JsonNode past = submit("{\"function\":\"held\",\"at\":1000}");
        assertThat(past.get("status").asText()).as("what is due already").isEqualTo("queued");
    }

    @Test
    @Tag("A2")
    void theSameKeyIsTheSameJobAndAnotherBodyIsRefused() {
        String body = "{\"function\":\"once\",\"payload\":{\"n\":1},\"idempotencyKey\":\"order 17\"}";
        JsonNode first = submit(body);
        Http.Reply again =
                bed.http.post("/jobs", "{\"function\":\"once\",\"payload\":{\"n\":1}}", "Idempotency-Key", "order 17");

        assertThat(again.status()).isEqualTo(200);
        assertThat(id(again.json())).isEqualTo(id(first));
        ended(id(first));
        assertThat(bed.http.post("/jobs", body).json().get("result").get("n").asInt())
                .isEqualTo(1);
        assertThat(bed.fleet.seen("once")).hasSize(1);
        refused(bed.http.post("/jobs", body.replace("\"n\":1", "\"n\":2")), 409, "ResourceConflictException");
        assertThat(id(submit(body.replace("once", "echo")))).isNotEqualTo(id(first));
    }

    @Test
    @Tag("M1")
    void ofTwoTenantsTheSameKeyIsTwoJobsAndOnlyTheDefaultTenantChoosesIds() {
        bed.http.post(
                "/2015-03-31/functions",
                Zips.create("echo", Zips.handler("def handler(e, c): return e")),
                "X-Berth-Tenant",
                "other");
        String body = "{\"function\":\"echo\",\"idempotencyKey\":\"k\"}";
        String ours = id(submit(body));
        Http.Reply theirs = bed.http.post("/jobs", body, "X-Berth-Tenant", "other");

        assertThat(theirs.status()).as(theirs.body()).isEqualTo(202);
        assertThat(id(theirs.json())).isNotEqualTo(ours);
        Http.Reply chosen =
                bed.http.post("/jobs", "{\"function\":\"echo\",\"id\":\"mine\"}", "X-Berth-Tenant", "other");
        refused(chosen, 400, "InvalidParameterValueException");
        assertThat(chosen.message()).contains("idempotencyKey");
    }

    @Test
    @Tag("A6")
    void cancellingTellsTheRouterOfThePartitionAndAnEndedJobIsNotCancelled() throws Exception {
        JsonNode job = submit("{\"function\":\"held\",\"key\":\"k\"}");
        seen(job);
        PlayedFleet.Seen seen = bed.fleet.seen("held").stream()
                .filter(each -> each.invocation().getId().equals(id(job)))
                .findFirst()
                .orElseThrow();

        assertThat(delete(id(job)).status()).isEqualTo(202);
        assertThat(delete(id(job)).status()).as("once more").isEqualTo(202);
        assertThat(delete(id(job) + "?tenant=other").status()).isEqualTo(404);
        List<Command> commands = TopicContent.of(bed, bed.topics.commands(), seen.partition()).stream()
                .map(TopicContent.Row::value)
                .filter(command -> command.getInvocationId().equals(id(job)))
                .toList();
        assertThat(commands)
                .hasSize(2)
                .allMatch(command -> command.getKind() == CommandKind.CANCEL
                        && command.getTenant().equals("default"));

        bed.fleet.end(
                seen.invocation(),
                PlayedFleet.result(seen.invocation(), ResultStatus.CANCELLED).build());
        ended(id(job));
        assertThat(delete(id(job)).status()).isEqualTo(200);
        String done = id(submit("{\"function\":\"echo\"}"));
        ended(done);
        Http.Reply late = delete(done);
        refused(late, 409, "ResourceConflictException");
        assertThat(late.message()).contains("succeeded");
    }

    @Test
    @Tag("A1")
    void pagesDoNotShiftWhenJobsCome() {
        List<String> submitted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            submitted.add(0, id(submit("{\"function\":\"paged\",\"key\":\"k\"}")));
            ended(submitted.get(0));
        }
        JsonNode first = bed.http.get("/jobs?function=paged&limit=2&key=k").json();
        ended(id(submit("{\"function\":\"paged\",\"key\":\"k\"}")));
        JsonNode second = bed.http
                .get("/jobs?function=paged&limit=10&status=succeeded&next="
                        + first.get("next").asText())
                .json();

        List<String> all = new ArrayList<>(first.get("jobs").findValuesAsText("id"));
        all.addAll(second.get("jobs").findValuesAsText("id"));
        assertThat(all).containsExactlyInAnyOrderElementsOf(submitted).doesNotHaveDuplicates();
        assertThat(second.has("next")).isFalse();
        assertThat(bed.http.get("/jobs?function=paged&to=1000").json().get("jobs"))
                .isEmpty();
        assertThat(bed.http
                        .get("/jobs?function=paged&from=2099-01-01T00:00:00Z")
                        .json()
                        .get("jobs"))
                .isEmpty();
        refused(bed.http.get("/jobs?next=bogus"), 400, "InvalidParameterValueException");
        refused(bed.http.get("/jobs?status=asleep"), 400, "InvalidParameterValueException");
    }

    @Test
    @Tag("A1")
    void aWatcherIsToldOfEachStatusUntilTheEnd() {
        JsonNode job = submit("{\"function\":\"held\"}");
        Invocation invocation = seen(job);
        CompletableFuture<Http.Reply> watching = bed.http.sendAsync("GET", "/jobs/" + id(job) + "/events", null);
        bed.fleet.row(
                bed.topics.containerEvents(),
                "c-7",
                ContainerEvent.newBuilder()
                        .setContainerId("c-7")
                        .setInstanceId("i-7")
                        .setTenant("default")
                        .setFunction("held")
                        .setRevision(1)
                        .setEvent(ContainerEventType.BUSY)
                        .setInvocationId(id(job))
                        .setAtUs(1)
                        .build());
        await().untilAsserted(() -> assertThat(status(id(job))).isEqualTo("running"));
        assertThat(bed.http.get("/jobs/" + id(job)).json().get("containerId").asText())
                .isEqualTo("c-7");
        bed.fleet.end(
                invocation,
                PlayedFleet.result(invocation, ResultStatus.TIMED_OUT).build());

        Http.Reply events = watching.join();
        assertThat(events.header("Content-Type")).isEqualTo("text/event-stream");
        List<String> statuses = events.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> Http.parse(line.substring(6)).get("status").asText())
                .toList();
        assertThat(statuses).endsWith("timed-out").doesNotHaveDuplicates().isSubsetOf("queued", "running", "timed-out");
        refused(bed.http.get("/jobs/nobody/events"), 404, "ResourceNotFoundException");
    }

    @Test
    void whatCannotBeIsRefused() {
        for (String fields : List.of(
                "\"delayMs\":-1",
                "\"delayMs\":1.5",
                "\"delayMs\":99999999999",
                "\"at\":\"tomorrow\"",
                "\"at\":\"2100-01-01T00:00:00Z\"",
                "\"delayMs\":1,\"at\":1",
                "\"priority\":101",
                "\"deadline\":1",
                "\"idempotencyKey\":\" \"",
                "\"idempotencyKey\":\"k\",\"id\":\"i\"",
                "\"id\":\"ik-0\"")) {
            refused(
                    bed.http.post("/jobs", "{\"function\":\"echo\"," + fields + "}"),
                    400,
                    "InvalidParameterValueException");
        }
    }

    private static JsonNode submit(String body) {
        Http.Reply reply = bed.http.post("/jobs", body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(202);
        return reply.json();
    }

    private static Http.Reply delete(String id) {
        return bed.http.send("DELETE", "/jobs/" + id, null);
    }

    private static Invocation seen(JsonNode job) {
        await().until(() -> bed.fleet.seen().stream()
                .anyMatch(each -> each.invocation().getId().equals(id(job))));
        return bed.fleet.seen().stream()
                .map(PlayedFleet.Seen::invocation)
                .filter(each -> each.getId().equals(id(job)))
                .findFirst()
                .orElseThrow();
    }

    private static void ended(String id) {
        await().untilAsserted(
                        () -> assertThat(bed.http.get("/jobs/" + id).json().has("completedMs"))
                                .isTrue());
    }

    private static String status(String id) {
        return bed.http.get("/jobs/" + id).json().get("status").asText();
    }

    private static String id(JsonNode job) {
        return job.get("id").asText();
    }
}
