package dev.berth.gateway;

import static dev.berth.gateway.InvokeTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.gateway.testbed.GatewayBed;
import dev.berth.gateway.testbed.Http;
import dev.berth.gateway.testbed.SharedBroker;
import dev.berth.gateway.testbed.TopicContent;
import dev.berth.schemas.Schedule;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Triggers, schedules and webhooks as the gateway takes them; nothing acts on them here. */
@Tag("integration")
class EventsTest {
    private static GatewayBed bed;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        bed = GatewayBed.start(dataDir);
        bed.deploy("f");
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
    }

    @Test
    @Tag("E1")
    void aTriggerIsCreatedShownChangedPausedAndDeleted() {
        Http.Reply created = bed.http.post("/triggers", """
                {"function":"f","topics":["orders"],"start":"earliest","routing":"json:/user/id","event":"cloudevents",
                 "format":"json","filters":[{"value":{"type":["order"]}},"{\\"key\\":[\\"k\\"]}"],"batchSize":10,
                 "batchWindowMs":200,"maxInFlight":4,"maxRetries":-1,"onFailure":"topic:lost"}""");
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        String id = created.json().path("id").asText();
        Trigger kept =
                TopicContent.last(bed, bed.topics.triggers(), "default/" + id).orElseThrow();
        assertThat(kept.getRoutingExpression()).isEqualTo("/user/id");
        assertThat(kept.getFilters()).containsExactly("{\"value\":{\"type\":[\"order\"]}}", "{\"key\":[\"k\"]}");
        assertThat(kept.getOnFailure()).isEqualTo("topic:lost");

        bed.fleet.row(
                bed.topics.triggerStatus(),
                "default/" + id + "/w1",
                TriggerStatus.newBuilder()
                        .setTenant("default")
                        .setUuid(id)
                        .setWorker("w1")
                        .setAtMs(System.currentTimeMillis() + 30_000)
                        .setFiltered(7)
                        .build());
        Awaitility.await()
                .untilAsserted(() -> assertThat(bed.http
                                .get("/triggers/" + id)
                                .json()
                                .path("status")
                                .path("filtered")
                                .asInt())
                        .isEqualTo(7));
        JsonNode shown = bed.http.get("/triggers/" + id).json();
        assertThat(shown.path("routing").asText()).isEqualTo("json:/user/id");
        assertThat(shown.path("maxRetries").asInt()).isEqualTo(-1);
        assertThat(shown.path("status").path("state").asText()).isEqualTo("running");

        Http.Reply changed = bed.http.send(
                "PATCH", "/triggers/" + id, bytes("{\"batchSize\":3,\"maxInFlight\":null,\"filters\":[]}"));
        assertThat(changed.json().path("batchSize").asInt()).isEqualTo(3);
        assertThat(changed.json().path("maxInFlight").isNull()).isTrue();
        assertThat(changed.json().path("filters")).isEmpty();
        assertThat(changed.json().path("batchWindowMs").asInt()).isEqualTo(200);

        assertThat(bed.http
                        .post("/triggers/" + id + "/pause", "")
                        .json()
                        .path("enabled")
                        .asBoolean(true))
                .isFalse();
        assertThat(bed.http.get("/triggers?function=f").json().path("triggers").findValuesAsText("state"))
                .contains("paused");
        bed.http.post("/triggers/" + id + "/resume", "");
        assertThat(TopicContent.last(bed, bed.topics.triggers(), "default/" + id)
                        .orElseThrow()
                        .getState())
                .isEqualTo(TriggerState.ENABLED);

        refused(
                bed.http.send("GET", "/triggers/" + id, null, "X-Berth-Tenant", "other"),
                404,
                "ResourceNotFoundException");
        assertThat(bed.http.send("DELETE", "/triggers/" + id, null).status()).isEqualTo(200);
        refused(bed.http.get("/triggers/" + id), 404, "ResourceNotFoundException");
        assertThat(TopicContent.of(bed, bed.topics.triggers()).stream()
                        .reduce((earlier, later) -> later)
                        .orElseThrow()
                        .value())
                .isNull();
    }

    @ParameterizedTest
    @Tag("E2")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"topics\":[\"t\"]}                                             | 400 | needs a function",
                "{\"function\":\"nobody\",\"topics\":[\"t\"]}                     | 404 | Function not found",
                "{\"function\":\"f\"}                                             | 400 | 1 to 10 topics",
                "{\"function\":\"f\",\"topics\":[\"a b\"]}                        | 400 | cannot be a topic's name",
                "{\"function\":\"f\",\"topics\":[\"OWN.functions\"]}              | 400 | one of Berth's own",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"filters\":[{\"a\":1}]}  | 400 | is no EventBridge pattern",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"filters\":[\"{\"]}      | 400 | is no EventBridge pattern",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"filters\":[3]}          | 400 | list of JSON objects",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"batchSize\":0}          | 400 | from 1 to 10000",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"batchSize\":\"7\"}      | 400 | whole number",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"event\":\"value\",\"batchSize\":2} | 400 | one record at a time",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"event\":\"xml\"}        | 400 | lambda, cloudevents, value",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"routing\":\"json:user\"} | 400 | starts with a slash",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"routing\":\"tenant\"}   | 400 | not one of a trigger",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"start\":\"soon\"}       | 400 | latest, earliest",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"start\":\"2090-01-01T00:00:00Z\"} | 400 | lies ahead",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"onFailure\":\"nobody\"} | 400 | there is no function nobody",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"onFailure\":\"topic:OWN.x\"} | 400 | one of Berth's own",
                "{\"function\":\"f\",\"topics\":[\"t\"],\"batchsize\":1}          | 400 | has no field 'batchsize'"
            })
    void aTriggerThatCannotBeNamesTheFix(String body, int status, String said) {
        Http.Reply reply = bed.http.post("/triggers", body.replace("OWN.", bed.topics.prefix()));

        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.message()).contains(said);
    }

    @Test
    @Tag("A1")
    void anEventSourceMappingOfAnotherSourceOrWithWhatBerthLacksIsRefusedInLambdasShape() {
        String mapping = "{\"FunctionName\":\"f\",\"Topics\":[\"t\"],\"StartingPosition\":\"LATEST\",%s}";
        String own = "\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\"%s\"]}}";
        String path = "/2015-03-31/event-source-mappings/";

        for (String[] wrong : new String[][] {
            {"\"EventSourceArn\":\"arn:aws:sqs:us-east-1:1:q\"", "Berth reads Kafka only"},
            {own.formatted("elsewhere:9092"), "names none of these but elsewhere:9092"},
            {
                own.formatted(SharedBroker.bootstrapServers()) + ",\"TumblingWindowInSeconds\":5",
                "does not support Tumbling"
            },
            {"\"Enabled\":true", "Give either SelfManagedEventSource"},
            {own.formatted("a:1") + ",\"MaximumRecordAgeInSeconds\":5", "from 60 to 604800"},
            {own.formatted("a:1") + ",\"FilterCriteria\":{\"Filters\":[{\"Pattern\":\"{\"}]}", "Invalid filter pattern"}
        }) {
            Http.Reply reply = bed.http.post(path, mapping.formatted(wrong[0]));
            refused(reply, 400, "InvalidParameterValueException");
            assertThat(reply.message()).contains(wrong[1]);
        }
        refused(bed.http.get(path + UUID.randomUUID()), 404, "ResourceNotFoundException");
    }

    @Test
    @Tag("E9")
    void anEventIsOnItsTopicWithKeyAndHeadersWhenItIsAcknowledged() {
        String topic = "hooks-" + UUID.randomUUID();
        Http.Reply missing = bed.http.post("/events/" + topic, "{}");
        refused(missing, 404, "ResourceNotFoundException");
        assertThat(missing.message()).contains("create=PARTITIONS");

        Http.Reply created = bed.http.post(
                "/events/" + topic + "?create=3&key=json:/id",
                "{\"id\":\"k9\",\"n\":1}",
                "Content-Type",
                "application/json",
                "X-GitHub-Event",
                "push");
        assertThat(created.status()).as(created.body()).isEqualTo(202);
        JsonNode at = created.json().path("records").path(0);
        ConsumerRecord<String, String> row =
                at(topic, at.path("partition").asInt(), at.path("offset").asLong());
        assertThat(row.key()).isEqualTo("k9");
        assertThat(row.value()).isEqualTo("{\"id\":\"k9\",\"n\":1}");
        assertThat(header(row, "x-github-event")).isEqualTo("push");
        try (Admin admin = Admin.create(bed.kafka.client("test"))) {
            assertThat(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join()
                            .get(topic)
                            .partitions())
                    .hasSize(3);
        }

        String event = "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/s\",\"type\":\"t\",\"subject\":\"k9\"}";
        Http.Reply batch = bed.http.post(
                "/events/" + topic,
                "[" + event.formatted("a") + "," + event.formatted("b") + "]",
                "Content-Type",
                "application/cloudevents-batch+json");
        assertThat(batch.json().path("records").findValues("offset")).hasSize(2);
        JsonNode second = batch.json().path("records").path(1);
        assertThat(header(
                        at(
                                topic,
                                second.path("partition").asInt(),
                                second.path("offset").asLong()),
                        "ce_id"))
                .isEqualTo("b");
        assertThat(second.path("partition")).isEqualTo(at.path("partition"));
    }

    @Test
    @Tag("E9")
    void anEventThatCannotBePublishedSaysWhy() throws Exception {
        refused(
                bed.http.post("/events/" + bed.topics.prefix() + "functions", "{}"),
                400,
                "InvalidParameterValueException");
        refused(bed.http.post("/events/t?create=0", "{}"), 400, "InvalidParameterValueException");
        String topic = "hooks-" + UUID.randomUUID();
        try (Admin admin = Admin.create(bed.kafka.client("test"))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())
                            .configs(Map.of("max.message.bytes", "1000"))))
                    .all()
                    .get();
        }
        byte[] large = new byte[3_000];
        new Random(1).nextBytes(large);
        refused(bed.http.send("POST", "/events/" + topic, large), 413, "RequestTooLargeException");
        refused(bed.http.send("POST", "/events/" + topic, new byte[5 * 1024 * 1024]), 413, "RequestTooLargeException");
    }

    @Test
    @Tag("E9")
    void aScheduleIsCreatedShownChangedPausedAndDeleted() {
        Http.Reply created = bed.http.post("/schedules", """
                {"name":"nightly","expression":"cron(30 2 * * ? *)","timezone":"Europe/Berlin","function":"f","key":"k",
                 "payload":{"a":1},"missed":"skip"}""");
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.json().path("next")).hasSize(3);
        refused(
                bed.http.post("/schedules", "{\"name\":\"nightly\",\"expression\":\"rate(1 day)\",\"function\":\"f\"}"),
                409,
                "ResourceConflictException");

        Http.Reply changed = bed.http.send(
                "PATCH", "/schedules/nightly", bytes("{\"expression\":\"rate(1 hour)\",\"topic\":\"ticks\"}"));
        assertThat(changed.json().path("topic").asText()).isEqualTo("ticks");
        assertThat(changed.json().has("function")).isFalse();
        assertThat(changed.json().path("payload").path("a").asInt()).isEqualTo(1);
        assertThat(bed.http.post("/schedules/nightly/pause", "").json().path("next"))
                .isEmpty();
        Schedule paused = TopicContent.last(bed, bed.topics.schedules(), "default/nightly")
                .orElseThrow();
        bed.http.post("/schedules/nightly/resume", "");
        Schedule resumed = TopicContent.last(bed, bed.topics.schedules(), "default/nightly")
                .orElseThrow();
        assertThat(resumed.getResumedMs()).isGreaterThanOrEqualTo(paused.getModifiedMs());
        assertThat(bed.http.get("/schedules").json().path("schedules").findValuesAsText("name"))
                .contains("nightly");
        assertThat(bed.http.send("DELETE", "/schedules/nightly", null).status()).isEqualTo(200);
        refused(bed.http.get("/schedules/nightly"), 404, "ResourceNotFoundException");
    }

    @ParameterizedTest
    @Tag("E9")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"expression\":\"cron(0 25 * * ? *)\",\"function\":\"f\"         | hours has '25', which must be from 0 to 23",
                "\"expression\":\"every day\",\"function\":\"f\"                  | is no schedule. Write cron(",
                "\"expression\":\"at(2020-01-01T00:00:00)\",\"function\":\"f\"    | never due",
                "\"expression\":\"rate(1 day)\",\"timezone\":\"Nowhere\",\"function\":\"f\" | Europe/Berlin",
                "\"expression\":\"rate(1 day)\"                                   | one of the two",
                "\"expression\":\"rate(1 day)\",\"function\":\"f\",\"topic\":\"t\" | not both",
                "\"expression\":\"rate(1 day)\",\"topic\":\"OWN.jobs\"            | one of Berth's own",
                "\"expression\":\"rate(1 day)\",\"function\":\"f\",\"text\":\"no json\" | Could not parse",
                "\"expression\":\"rate(1 day)\",\"function\":\"f\",\"missed\":\"all\" | latest"
            })
    void aScheduleThatCannotBeNamesTheFix(String fields, String said) {
        Http.Reply reply =
                bed.http.post("/schedules", "{\"name\":\"s\"," + fields.replace("OWN.", bed.topics.prefix()) + "}");

        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.message()).contains(said);
    }

    private static ConsumerRecord<String, String> at(String topic, int partition, long offset) {
        try (var consumer =
                new KafkaConsumer<>(bed.kafka.consumer("test"), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition at = new TopicPartition(topic, partition);
            consumer.assign(List.of(at));
            consumer.seek(at, offset);
            List<ConsumerRecord<String, String>> rows =
                    consumer.poll(Duration.ofSeconds(20)).records(at);
            assertThat(rows).isNotEmpty();
            return rows.get(0);
        }
    }

    private static String header(ConsumerRecord<String, String> row, String name) {
        return new String(row.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
