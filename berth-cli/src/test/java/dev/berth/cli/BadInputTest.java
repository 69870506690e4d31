package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever comes in bad ends as one outcome, dead letter or refusal with a reason; and the next invocation works. */
@Tag("integration")
@Timeout(120)
class BadInputTest {
    private static final String KEY = "same";

    @TempDir
    private static Path data;

    private static RunningBerth berth;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
        deploy("trouble", "python3", "trouble.handler");
        deploy("garbage", "provided", "bootstrap");
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @AfterEach
    void theNextInvocationOfTheSameKeyWorks() {
        Ran next = berth.run("invoke", "trouble", "--key", KEY, "--json");

        assertThat(next.exitCode()).as(next.err()).isZero();
        assertThat(next.json().path("payload").path("calls").asInt()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "throw, ValueError",
        "exit, 17",
        "hang, timed out",
        "unserialisable, Runtime.MarshalError",
    })
    void aFunctionThatFailsEndsWithItsReason(String deed, String reason) {
        Ran ran = berth.run("invoke", "trouble", "--key", KEY, "--payload", "{\"do\":\"" + deed + "\"}", "--json");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.err() + ran.out()).containsIgnoringCase(reason);
        String id = ran.json().path("id").asText();
        // The caller has its reply before the view of jobs has read the outcome.
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            JsonNode job = berth.run("jobs", id, "--json").json();
            assertThat(job.path("status").asText()).isIn("failed", "timed-out");
            assertThat(job.path("attempts")).hasSize(1);
        });
    }

    @Test
    void whatAFunctionPrintsIsNoAnswer() {
        Ran ran = berth.run("invoke", "trouble", "--key", KEY, "--payload", "{\"do\":\"print\"}", "--log", "--json");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.json().path("payload").has("calls")).isTrue();
        assertThat(ran.json().path("log").asText().length()).isBetween(1, Limits.LOG_TAIL_BYTES);
    }

    @Test
    void anAnswerThatIsGarbageComesBackAsItIs() {
        Ran ran = berth.run("invoke", "garbage", "--key", "g", "--json");

        assertThat(ran.json().path("payloadText").asText() + ran.err()).isNotEmpty();
        assertThat(ran.out().lines()).hasSize(1);
    }

    @Test
    void anAnswerOverTheLimitIsAnErrorThatSaysSo() {
        Ran ran = berth.run("invoke", "trouble", "--key", KEY, "--payload", "{\"do\":\"large\"}", "--json");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).containsIgnoringCase("size");
    }

    @Test
    void anUnknownFunctionIsRefusedAtTheGatewayAndOnKafka() {
        Ran ran = berth.run("invoke", "nobody");
        publish("unknown-1", "nobody", "{}");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("nobody", "ResourceNotFoundException");
        Outcome outcome = outcome("unknown-1");
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.REJECTED);
        assertThat(outcome.getResult().getErrorType()).isEqualTo("ResourceNotFoundException");
    }

    @Test
    void bytesThatAreNotAvroGoToTheDeadLettersWhole() {
        byte[] bytes = "{\"id\": \"not avro\"}".getBytes(StandardCharsets.UTF_8);

        berth.publish("default/trouble/" + KEY, bytes);

        assertThat(deadLetter(bytes).getReason()).isEqualTo("not-avro");
    }

    @Test
    void anUnknownSchemaIdGoesToTheDeadLetters() {
        byte[] bytes =
                ByteBuffer.allocate(9).put((byte) 0).putInt(987_654).putInt(1).array();

        berth.publish("default/trouble/" + KEY, bytes);

        assertThat(deadLetter(bytes).getReason()).isEqualTo("unknown-schema");
    }

    @Test
    void aRecordThatBreaksOffGoesToTheDeadLetters() {
        byte[] whole = berth.berth()
                .topics()
                .invocations()
                .codec(berth.berth().registry())
                .encode(Invocation.newBuilder()
                        .setId("cut-1")
                        .setFunction("trouble")
                        .build());
        byte[] bytes = java.util.Arrays.copyOf(whole, 9);

        berth.publish(null, bytes);

        assertThat(deadLetter(bytes).getReason()).isEqualTo("malformed");
    }

    @Test
    void payloadsOverTheLimitAreRefusedAtTheGateway() throws IOException {
        Path sync = large("sync.json", Limits.SYNC_PAYLOAD_BYTES);
        Path async = large("async.json", Limits.ASYNC_PAYLOAD_BYTES);

        assertThat(berth.run("invoke", "trouble", "--payload", "@" + sync).err())
                .contains("RequestTooLargeException");
        assertThat(berth.run("invoke", "trouble", "--async", "--payload", "@" + async)
                        .err())
                .contains("RequestTooLargeException");
        assertThat(berth.run("invoke", "trouble", "--payload", "@" + async).exitCode())
                .isZero();
    }

    @Test
    void anAsynchronousPayloadOverTheLimitIsRejectedOnKafka() {
        publish("large-1", "trouble", "\"" + "x".repeat(Limits.ASYNC_PAYLOAD_BYTES) + "\"");

        Outcome outcome = outcome("large-1");
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.REJECTED);
        assertThat(outcome.getResult().getErrorType()).contains("TooLarge");
    }

    @Test
    void aPayloadThatIsNoJsonIsRefusedByTheGateway() {
        Ran ran = berth.run("invoke", "trouble", "--payload", "{not json");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("InvalidRequestContentException");
    }

    private static void publish(String id, String function, String payload) {
        berth.publish(
                "default/" + function + "/" + KEY,
                Invocation.newBuilder()
                        .setId(id)
                        .setFunction(function)
                        .setRoutingValue(KEY)
                        .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                        .build());
    }

    private static Outcome outcome(String id) {
        return berth.await(
                        berth.berth().topics().outcomes(),
                        outcome -> outcome.getInvocationId().equals(id))
                .orElseThrow();
    }

    private static DeadLetter deadLetter(byte[] value) {
        return berth.await(
                        berth.berth().topics().deadLetters(),
                        letter -> ByteBuffer.wrap(value).equals(letter.getValue()))
                .orElseThrow();
    }

    private static Path large(String name, int bytes) throws IOException {
        return Files.writeString(data.resolve(name), "{\"pad\":\"" + "x".repeat(bytes) + "\"}");
    }

    private static void deploy(String name, String runtime, String handler) {
        Ran ran = berth.run(
                "deploy",
                RunningBerth.FIXTURES.resolve(name).toString(),
                "--name",
                name,
                "--runtime",
                runtime,
                "--handler",
                handler,
                "--timeout",
                "2");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }
}
