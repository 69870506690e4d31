package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cli.client.GatewayClient;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Endings of asynchronous invocations, told where their functions want it. */
@Tag("integration")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DestinationsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path files;

    private static RunningBerth berth;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        berth = new RunningBerth(data);
        Stage stage = new Stage(berth, files);
        stage.deploy("worker", "--retries", "0");
        stage.deploy("listener", "--retries", "0");
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.createTopics(List.of(
                            new NewTopic("won", Optional.of(1), Optional.empty()),
                            new NewTopic("lost", Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("E4")
    void topicsAreToldOfSuccessAndFailureInLambdasShape() throws Exception {
        destinations("topic:won", "topic:lost");
        String won = submit("{\"n\": 1.10}");
        String lost = submit("{\"failures\": 9, \"log\": \"" + files.resolve("lost.log") + "\", \"id\": \"x\"}");

        JsonNode success = told("won", won);
        assertThat(success.path("requestContext").path("condition").asText()).isEqualTo("Success");
        assertThat(success.path("requestContext").path("functionArn").asText()).endsWith(":function:worker:$LATEST");
        assertThat(success.path("requestContext").path("approximateInvokeCount").asInt())
                .isEqualTo(1);
        assertThat(success.path("requestPayload").path("n").asDouble()).isEqualTo(1.1);
        assertThat(success.path("responseContext").path("statusCode").asInt()).isEqualTo(200);
        assertThat(success.has("responsePayload")).isTrue();
        JsonNode failure = told("lost", lost);
        assertThat(failure.path("requestContext").path("condition").asText()).isEqualTo("RetriesExhausted");
        assertThat(failure.path("responseContext").path("functionError").asText())
                .isEqualTo("Unhandled");
    }

    @Test
    @Tag("E4")
    void aFunctionIsToldByAnInvocationOfItsOwn() {
        destinations("listener", null);
        String id = submit("{\"n\": 2}");

        Outcome told = berth.await(berth.berth().topics().outcomes(), outcome -> id.equals(outcome.getParent()))
                .orElseThrow();
        assertThat(told.getResult().getFunction()).isEqualTo("listener");
        assertThat(told.getInvocationId()).isEqualTo("destination-" + id);
    }

    @Test
    @Tag("E4")
    void whatCannotBeToldIsADeadLetterAndTheNextIsTold() throws Exception {
        destinations("topic:berth.functions", null);
        String refused = submit("{\"n\": 3}");
        DeadLetter letter = berth.await(
                        berth.berth().topics().deadLetters(), one -> refused.equals(one.getInvocationId()))
                .orElseThrow();
        assertThat(letter.getReason()).isEqualTo("destination-failed");
        assertThat(letter.getMessage()).contains("Berth's own");
        assertThat(StandardCharsets.UTF_8.decode(letter.getValue()).toString()).contains(refused);

        destinations("topic:won", null);
        String next = submit("{\"n\": 4}");
        assertThat(told("won", next).path("requestPayload").path("n").asInt()).isEqualTo(4);

        // Whoever is named now is told what could not be told; the function that succeeded does not run again.
        JsonNode redriven = redriven("--function", "worker", "--key", refused);
        assertThat(redriven.path("counts").path("putBack").asInt())
                .as("%s", redriven)
                .isEqualTo(1);
        assertThat(told("won", refused).path("requestPayload").path("n").asInt())
                .isEqualTo(3);
        JsonNode into = redriven("--function", "worker", "--key", refused, "--again", "--into", "listener");
        assertThat(into.path("counts").path("succeeded").asInt()).as("%s", into).isEqualTo(1);
        Outcome heard = berth.await(
                        berth.berth().topics().outcomes(),
                        outcome -> outcome.getOrigin().equals("redrive"))
                .orElseThrow();
        assertThat(heard.getResult().getFunction()).isEqualTo("listener");
    }

    @Test
    @Tag("E4")
    @Tag("E11")
    void aTriggersDestinationThatWasNotThereIsToldByARedriveAndNothingRunsAgain() throws Exception {
        String log = files.resolve("late.log").toString();
        create("orders");
        assertThat(berth.run(
                                "trigger",
                                "create",
                                "--topic",
                                "orders",
                                "--function",
                                "worker",
                                "--from",
                                "earliest",
                                "--event",
                                "value",
                                "--retries",
                                "0",
                                "--on-failure",
                                "topic:late")
                        .exitCode())
                .isZero();
        GatewayClient.Answer event = new GatewayClient(berth.berth().gatewayUrl())
                .send(
                        "POST",
                        "/events/orders",
                        ("{\"failures\": 9, \"log\": \"" + log + "\", \"id\": \"x\"}").getBytes(StandardCharsets.UTF_8),
                        Map.of());
        assertThat(event.ok()).as(event.error()).isTrue();
        DeadLetter letter = berth.await(
                        berth.berth().topics().deadLetters(),
                        one -> one.getSourceTopic().equals("orders"))
                .orElseThrow();
        assertThat(letter.getReason()).isEqualTo("destination-failed");
        assertThat(letter.getTelling().getDestination()).isEqualTo("topic:late");

        create("late");
        JsonNode redriven = redriven("--source-topic", "orders");

        assertThat(redriven.path("counts").path("putBack").asInt())
                .as("%s", redriven)
                .isEqualTo(1);
        JsonNode told = told("late", letter.getInvocationId());
        assertThat(told.path("requestContext").path("condition").asText()).isEqualTo("RetriesExhausted");
        assertThat(told.path("source").path("topic").asText()).isEqualTo("orders");
        assertThat(Files.readAllLines(Path.of(log)))
                .as("started once, ended once")
                .hasSize(2);
    }

    private static JsonNode redriven(String... which) {
        Ran ran = berth.run(Stream.concat(Stream.of("dlq", "redrive", "--json"), Arrays.stream(which))
                .toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }

    private static void create(String topic) throws Exception {
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static void destinations(String onSuccess, String onFailure) {
        String body = "{\"MaximumRetryAttempts\": 0, \"DestinationConfig\": {\"OnSuccess\": {\"Destination\": \""
                + text(onSuccess) + "\"}, \"OnFailure\": {\"Destination\": \"" + text(onFailure) + "\"}}}";
        GatewayClient.Answer answer = new GatewayClient(berth.berth().gatewayUrl())
                .send(
                        "PUT",
                        "/2019-09-25/functions/worker/event-invoke-config",
                        body.getBytes(StandardCharsets.UTF_8),
                        Map.of());
        assertThat(answer.ok()).as(answer.error()).isTrue();
    }

    private static String text(String destination) {
        return destination == null ? "" : destination;
    }

    private static String submit(String payload) {
        Ran ran = berth.run("invoke", "worker", "--async", "--payload", payload);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out().strip();
    }

    /** What a topic was told of an invocation; waited for. */
    private static JsonNode told(String topic, String id) throws Exception {
        Properties settings = new Properties();
        settings.putAll(berth.berth().kafka().consumer("test"));
        TopicPartition at = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadlineNs) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofMillis(200))) {
                    JsonNode json = new ObjectMapper().readTree(row.value());
                    if (json.path("requestContext").path("requestId").asText().equals(id)) {
                        return json;
                    }
                }
            }
        }
        throw new AssertionError("Topic " + topic + " was not told of " + id);
    }
}
