package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Command;
import dev.berth.schemas.CommandKind;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Trigger;
import dev.berth.schemas.TriggerState;
import dev.berth.schemas.TriggerStatus;
import dev.berth.schemas.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records of topics become invocations, on a whole Berth. */
@Tag("integration")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TriggersTest {
    @TempDir
    private static Path files;

    private static RunningBerth berth;
    private static EventStage stage;

    @BeforeAll
    static void start(@TempDir Path data) {
        berth = new RunningBerth(data);
        stage = EventStage.of(berth, files);
    }

    @AfterAll
    static void stop() {
        stage.close();
        berth.close();
    }

    @Test
    @Tag("E1")
    void eachRecordIsOneInvocationWhereItsKeyBelongs() {
        stage.topic("orders", 3);
        stage.deploy("orders");
        IntStream.range(0, 60).forEach(i -> stage.send("orders", "k" + i % 6, "{\"id\": " + i + "}"));
        Trigger trigger = stage.trigger("orders", "orders", t -> {});

        List<JsonNode> lines = stage.lines("orders", 60);
        stage.awaitCommitted(trigger, "orders");
        assertThat(lines.stream().map(line -> line.path("value").path("id").asInt()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 60).boxed().toList());
        List<Outcome> outcomes = stage.read(
                berth.berth().topics().outcomes(),
                outcome -> outcome.getResult().getFunction().equals("orders"),
                60);
        assertThat(outcomes).hasSize(60).allMatch(outcome -> outcome.getStatus() == OutcomeStatus.SUCCEEDED);
        assertThat(outcomes).allMatch(outcome -> outcome.getOrigin().equals("trigger"));
        assertThat(outcomes)
                .allMatch(outcome -> outcome.getResult().getRoutingValue().matches("k[0-5]"));
        assertThat(stage.lines("orders")).hasSize(60);
    }

    @Test
    @Tag("E2")
    void onlyRecordsThatMatchAFilterAreInvokedAndTheOthersAreCounted() {
        stage.topic("visits", 1);
        stage.deploy("visits");
        for (int i = 0; i < 20; i++) {
            stage.send("visits", null, "{\"id\": " + i + ", \"age\": " + (30 + i) + "}");
        }
        stage.send("visits", null, "no json at all");
        Trigger trigger = stage.trigger(
                "visits",
                "visits",
                t -> t.setFilters(List.of(
                        "{\"value\": {\"age\": [{\"numeric\": [\">=\", 45]}]}}", "{\"value\": {\"id\": [0]}}")));

        stage.awaitCommitted(trigger, "visits");
        assertThat(stage.lines("visits").stream()
                        .map(line -> line.path("value").path("id").asInt()))
                .containsExactlyInAnyOrder(0, 15, 16, 17, 18, 19);
        TriggerStatus status = stage.status(trigger, each -> each.getRead() == 21 && each.getInFlight() == 0);
        assertThat(status.getFiltered()).isEqualTo(15);
        assertThat(status.getInvoked()).isEqualTo(6);
        assertThat(status.getDone()).isEqualTo(21);
    }

    @Test
    @Tag("E2")
    void aFilterThatDoesNotParseIsSaidAndInvokesNothing() {
        stage.topic("odd", 1);
        stage.deploy("odd");
        Trigger trigger = stage.trigger("odd", "odd", t -> t.setFilters(List.of("{\"value\": 7}")));
        TriggerStatus status = stage.status(trigger, each -> each.getError() != null);
        assertThat(status.getError()).contains("Filter 1");
        assertThat(status.getBottleneck()).isEqualTo("error");
    }

    @Test
    @Tag("E3")
    void batchesFillAndOnlyTheItemsThatFailedAreTriedAgain() {
        stage.topic("items", 1);
        stage.deploy("items", "--env", "ITEMS=1");
        for (int i = 0; i < 40; i++) {
            stage.send(
                    "items", "k" + i % 2, "{\"id\": " + i + ", \"failures\": " + (i == 7 ? 1 : i == 8 ? 9 : 0) + "}");
        }
        Trigger trigger = stage.trigger(
                "items",
                "items",
                t -> t.setBatchSize(10)
                        .setBatchWindowMs(500)
                        .setReportItemFailures(true)
                        .setMaxRetries(2));

        stage.awaitCommitted(trigger, "items");
        List<JsonNode> lines = stage.lines("items");
        assertThat(lines.stream().map(line -> line.path("batch").asText()).distinct())
                .as("batches of one key")
                .filteredOn(batch -> batch.split(",").length > 1)
                .hasSize(4)
                .allMatch(batch -> List.of(batch.split(",")).stream()
                                .map(offset -> Long.parseLong(offset) % 2)
                                .distinct()
                                .count()
                        == 1);
        assertThat(times(lines)).containsEntry(7, 2L).containsEntry(8, 3L);
        assertThat(times(lines).entrySet().stream().filter(each -> each.getKey() != 7 && each.getKey() != 8))
                .hasSize(38)
                .allMatch(each -> each.getValue() == 1);
        DeadLetter letter = stage.letters("items", 1).get(0);
        assertThat(letter.getReason()).isEqualTo("RetriesExhausted");
        assertThat(letter.getAttempts()).isEqualTo(3);
        assertThat(letter.getSourceOffset()).isEqualTo(8);
    }

    @Test
    @Tag("E3")
    void aBatchThatFailsIsHalvedUntilTheCulpritIsAlone() {
        stage.topic("halves", 1);
        stage.deploy("halves");
        for (int i = 0; i < 8; i++) {
            stage.send("halves", "k", "{\"id\": " + i + ", \"failures\": " + (i == 5 ? 99 : 0) + "}");
        }
        Trigger trigger = stage.trigger(
                "halves",
                "halves",
                t -> t.setBatchSize(8)
                        .setBatchWindowMs(2_000)
                        .setBisectOnError(true)
                        .setMaxRetries(1));

        stage.awaitCommitted(trigger, "halves");
        assertThat(stage.lines("halves").stream()
                        .map(line -> line.path("batch").asText())
                        .distinct())
                .containsExactlyInAnyOrder("0,1,2,3,4,5,6,7", "0,1,2,3", "4,5,6,7", "4,5", "6,7", "4", "5");
        assertThat(stage.letters("halves", 1))
                .singleElement()
                .satisfies(letter -> assertThat(letter.getSourceOffset()).isEqualTo(5));
    }

    @Test
    @Tag("E4")
    void aRecordThatFailsIsTriedAgainThenBuriedAndHoldsNoOtherKeyUp() {
        stage.topic("risky", 1);
        stage.deploy("risky", "--ordered", "--retry-backoff", "1s");
        stage.send("risky", "bad", "{\"id\": 0, \"failures\": 99}");
        stage.send("risky", "bad", "{\"id\": 1, \"failures\": 1}");
        for (int i = 2; i < 20; i++) {
            stage.send("risky", i % 3 == 0 ? "bad" : "good", "{\"id\": " + i + "}");
        }
        Trigger trigger = stage.trigger("risky", "risky", t -> t.setMaxRetries(2));

        stage.awaitCommitted(trigger, "risky");
        List<JsonNode> lines = stage.lines("risky");
        assertThat(ids(lines, "bad")).containsExactly(0, 0, 0, 1, 1, 3, 6, 9, 12, 15, 18);
        assertThat(ids(lines, "good")).containsExactly(2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19);
        int last = lines.lastIndexOf(lines.stream()
                .filter(line -> line.path("value").path("id").asInt() == 19)
                .findFirst()
                .orElseThrow());
        int third = lines.lastIndexOf(lines.stream()
                .filter(line -> line.path("value").path("id").asInt() == 1)
                .findFirst()
                .orElseThrow());
        assertThat(last).as("the good key is done while the bad one waits").isLessThan(third);
        DeadLetter letter = stage.letters("risky", 1).get(0);
        assertThat(letter.getReason()).isEqualTo("RetriesExhausted");
        assertThat(letter.getAttempts()).isEqualTo(3);
        assertThat(letter.getMessage()).contains("as asked");
        assertThat(letter.getSourcePartition()).isZero();
        assertThat(letter.getSourceOffset()).isZero();
        assertThat(StandardCharsets.UTF_8.decode(letter.getValue()).toString()).contains("\"failures\": 99");
        assertThat(StandardCharsets.UTF_8.decode(letter.getKey()).toString()).isEqualTo("bad");
        assertThat(letter.getInvocationId()).startsWith("t-" + trigger.getUuid());
    }

    @Test
    @Tag("E4")
    void destinationsAreToldOfSuccessesAndOfRecordsGivenUp() throws Exception {
        stage.topic("told", 1);
        stage.topic("told.won", 1);
        stage.topic("told.lost", 1);
        stage.deploy("told");
        stage.send("told", "a", "{\"id\": 0}");
        stage.send("told", "b", "{\"id\": 1, \"failures\": 9}");
        stage.send("told", "c", "not json");
        Trigger trigger = stage.trigger(
                "told",
                "told",
                t -> t.setOnSuccess("topic:told.won")
                        .setOnFailure("topic:told.lost")
                        .setValueFormat(ValueFormat.JSON));

        JsonNode won = EventStage.json(stage.plain("told.won", 1).get(0).value());
        assertThat(won.path("requestContext").path("condition").asText()).isEqualTo("Success");
        assertThat(won.path("responsePayload").path("records").asInt()).isEqualTo(1);
        List<JsonNode> lost = stage.plain("told.lost", 2).stream()
                .map(row -> EventStage.json(row.value()))
                .toList();
        assertThat(lost.stream()
                        .map(each ->
                                each.path("requestContext").path("condition").asText()))
                .containsExactlyInAnyOrder("RetriesExhausted", "not-json");
        JsonNode exhausted = lost.stream()
                .filter(each -> each.path("source").path("offset").asLong() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(exhausted
                        .path("requestContext")
                        .path("approximateInvokeCount")
                        .asInt())
                .isEqualTo(2);
        byte[] value = exhausted.path("source").path("value").binaryValue();
        assertThat(new String(value, StandardCharsets.UTF_8)).contains("\"id\": 1");
        stage.awaitCommitted(trigger, "told");
    }

    @Test
    @Tag("E5")
    void whatCannotBeDecodedIsADeadLetterAndThePartitionGoesOn() {
        stage.topic("poison", 1);
        stage.deploy("poison");
        byte[] avro = berth.berth()
                .topics()
                .commands()
                .codec(berth.berth().registry())
                .encode(command("one"));
        byte[] unknown = avro.clone();
        unknown[1] = 0x7f;
        stage.sendBytes("poison", "k", avro);
        stage.sendBytes("poison", "k", EventStage.bytes("{\"id\": 1}"));
        stage.sendBytes("poison", "k", unknown);
        stage.sendBytes("poison", "k", Arrays.copyOf(avro, avro.length - 2));
        stage.sendBytes("poison", "k", null);
        stage.sendBytes("poison", null, avro);
        Trigger trigger = stage.trigger("poison", "poison", t -> t.setValueFormat(ValueFormat.AVRO));

        stage.awaitCommitted(trigger, "poison");
        assertThat(stage.lines("poison").stream()
                        .map(line -> line.path("value").path("invocationId").asText()))
                .containsExactlyInAnyOrder("one", "one");
        List<DeadLetter> letters = stage.letters("poison", 4);
        assertThat(letters.stream().map(letter -> letter.getSourceOffset() + " " + letter.getReason()))
                .containsExactlyInAnyOrder("1 not-avro", "2 unknown-schema", "3 malformed", "4 empty");
        assertThat(letters)
                .allMatch(letter ->
                        letter.getAttempts() == 0 && letter.getSourceTopic().equals("poison"));
    }

    @Test
    @Tag("E5")
    void largeEmptyAndBrokenRecordsHoldNothingUp() {
        stage.topic("shapes", 1);
        stage.deploy("shapes");
        stage.sendBytes("shapes", "k", new byte[2_000_000]);
        stage.sendBytes("shapes", "k", new byte[800_000]);
        stage.sendBytes("shapes", "k", null);
        stage.sendBytes("shapes", null, new byte[] {(byte) 0xff, (byte) 0xfe});
        stage.send(new ProducerRecord<>("shapes", new byte[] {(byte) 0xc3}, EventStage.bytes("{\"id\": 4}")));
        stage.flush();
        Trigger trigger = stage.trigger("shapes", "shapes", t -> {});

        stage.awaitCommitted(trigger, "shapes");
        assertThat(stage.letters("shapes", 2))
                .hasSize(2)
                .allMatch(letter -> letter.getReason().equals("too-large"))
                .extracting(DeadLetter::getSourceOffset)
                .containsExactlyInAnyOrder(0L, 1L);
        assertThat(stage.letters("shapes", 2).get(0).getValue()).isNotNull();
        assertThat(stage.lines("shapes").stream()
                        .map(line -> line.path("offset").asInt()))
                .containsExactlyInAnyOrder(2, 3, 4);
    }

    @Test
    @Tag("E6")
    void readingFollowsTheExecutorsAndTheStatusSaysSo() {
        stage.topic("burst", 2);
        stage.deploy("burst");
        String filler = "x".repeat(2_000);
        for (int i = 0; i < 3_000; i++) {
            stage.send(new ProducerRecord<>(
                    "burst",
                    EventStage.bytes("k" + i % 50),
                    EventStage.bytes("{\"id\": " + i + ", \"sleep\": 0.05, \"filler\": \"" + filler + "\"}")));
        }
        stage.flush();
        Trigger trigger = stage.trigger("burst", "burst", t -> {});

        TriggerStatus busy =
                stage.status(trigger, each -> each.getBottleneck().equals("executors") && each.getDone() > 50);
        long behind = busy.getPartitions().stream()
                .mapToLong(each -> each.getEnd() - each.getPosition())
                .sum();
        assertThat(behind).as("what waits, waits in Kafka").isGreaterThan(1_000);
        assertThat(busy.getInFlight()).isBetween(1, 300);
        stage.delete(trigger);
    }

    @Test
    @Tag("E6")
    void aTriggerGoesOnWhereItWasAfterAPauseAMissingFunctionAndALostTopic() throws Exception {
        stage.topic("on-off", 1);
        stage.deploy("on-off");
        Trigger trigger = stage.trigger("on-off", "on-off", t -> {});
        stage.send("on-off", "k", "{\"id\": 0}");
        stage.lines("on-off", 1);

        stage.put(Trigger.newBuilder(trigger).setState(TriggerState.DISABLED).build());
        stage.status(trigger, each -> each.getBottleneck().equals("paused"));
        stage.send("on-off", "k", "{\"id\": 1}");
        stage.put(trigger);
        stage.lines("on-off", 2);

        assertThat(stage.run("functions", "--delete", "on-off").exitCode()).isZero();
        TriggerStatus missing = stage.status(
                trigger, each -> each.getError() != null && each.getError().contains("function"));
        assertThat(missing.getError()).contains("Deploy it");
        assertThat(missing.getBottleneck()).isEqualTo("error");
        stage.send("on-off", "k", "{\"id\": 2}");
        stage.deploy("on-off");
        stage.lines("on-off", 3);

        stage.admin()
                .createPartitions(Map.of("on-off", NewPartitions.increaseTo(2)))
                .all()
                .get();
        stage.send(new ProducerRecord<>("on-off", 1, EventStage.bytes("k"), EventStage.bytes("{\"id\": 3}")));
        stage.lines("on-off", 4);

        stage.awaitCommitted(trigger, "on-off");
        stage.admin().deleteTopics(List.of("on-off")).all().get();
        TriggerStatus gone = stage.status(
                trigger, each -> each.getError() != null && each.getError().contains("topic"));
        assertThat(gone.getError()).contains("There is no topic on-off").contains("Create it");
        await().atMost(EventStage.PATIENCE).ignoreExceptions().untilAsserted(() -> stage.topic("on-off", 1));
        stage.send("on-off", "k", "{\"id\": 4}");
        List<JsonNode> lines = stage.lines("on-off", 5);
        assertThat(lines.stream().map(line -> line.path("value").path("id").asInt()))
                .containsExactly(0, 1, 2, 3, 4);
    }

    private static Map<Integer, Long> times(List<JsonNode> lines) {
        return lines.stream()
                .collect(Collectors.groupingBy(
                        line -> line.path("value").path("id").asInt(), Collectors.counting()));
    }

    private static List<Integer> ids(List<JsonNode> lines, String key) {
        return lines.stream()
                .filter(line -> line.path("key").asText().equals(key))
                .map(line -> line.path("value").path("id").asInt())
                .toList();
    }

    private static Command command(String invocationId) {
        return Command.newBuilder()
                .setInvocationId(invocationId)
                .setTenant("default")
                .setKind(CommandKind.CANCEL)
                .setSentMs(0)
                .build();
    }
}
