package dev.berth.router.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.router.decisions.DecisionCheck;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shell gives the core what it promises: records in and out, without a broker. */
@Tag("topology")
class RouterTopologyTest extends TopologyBed {
    @Test
    @Tag("R1")
    @Tag("R2")
    @Tag("R16")
    void anInvocationBecomesADispatchToTheInstancesSlotAndItsResultAnOutcomeAndAPin() {
        publish(invocation("a", "ATL", null));
        Dispatch dispatch = read(TOPICS.dispatch()).get(0);
        assertThat(dispatch.getInstanceId()).isEqualTo("i1");
        assertThat(dispatch.getAttempt()).isEqualTo(1);
        assertThat(dispatch.getContainerId()).isNull();
        assertThat(dispatch.getDecision().getCandidates()).hasSize(1);
        assertThat(text(dispatch.getInvocation().getPayload())).isEqualTo("{\"a\":1}");

        answer(dispatch, ResultStatus.SUCCEEDED, "c7");
        Outcome outcome = read(TOPICS.outcomes()).get(0);
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.SUCCEEDED);
        assertThat(outcome.getResult().getContainerId()).isEqualTo("c7");
        assertThat(outcome.getAttempts()).hasSize(1);

        publish(invocation("b", "ATL", null));
        assertThat(read(TOPICS.dispatch()).get(0).getContainerId()).isEqualTo("c7");
        assertThat(pin("default/flights/ATL").getContainerId()).isEqualTo("c7");
        assertThat(pin("default/flights/LAX")).isNull();
    }

    @Test
    @Tag("R17")
    void whatHasEndedIsKeptUntilItsOutcomeIsAcknowledgedSinceACrashMayLoseThat() {
        publish(invocation("a", "ATL", null));
        answer(read(TOPICS.dispatch()).get(0), ResultStatus.SUCCEEDED, "c7");
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(inFlight("a")).isNotNull();
        acks.acknowledged(0, "a");
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(inFlight("a")).isNull();
    }

    @Test
    void bytesThatAreNotAvroGoToTheDeadLettersWithTheirCoordinatesAndTheNextInvocationWorks() {
        pipe("{\"not\": \"avro\"}".getBytes(UTF_8));
        publish(invocation("a", "ATL", null));
        DeadLetter letter = read(TOPICS.deadLetters()).get(0);
        assertThat(letter.getReason()).isEqualTo("not-avro");
        assertThat(letter.getSourceTopic()).isEqualTo("berth.invocations");
        assertThat(letter.getSourceOffset()).isZero();
        assertThat(text(letter.getValue())).isEqualTo("{\"not\": \"avro\"}");
        assertThat(read(TOPICS.dispatch())).hasSize(1);
    }

    @Test
    void anUnknownSchemaIdAForeignSchemaATruncatedBodyAndNothingAtAllAreDeadLettersToo() {
        pipe(new byte[] {0, 0, 1, 2, 3, 4, 5});
        Schema foreign =
                SchemaBuilder.record("Other").fields().requiredLong("n").endRecord();
        int foreignId = registry.register("other-value", foreign);
        pipe(ByteBuffer.allocate(6)
                .put((byte) 0)
                .putInt(foreignId)
                .put((byte) 2)
                .array());
        byte[] whole = TOPICS.invocations().codec(registry).encode(invocation("a", "ATL", null));
        pipe(java.util.Arrays.copyOf(whole, whole.length / 2));
        pipe(null);
        assertThat(read(TOPICS.deadLetters()))
                .extracting(DeadLetter::getReason)
                .containsExactly("unknown-schema", "wrong-schema", "malformed", "empty");
        assertThat(read(TOPICS.dispatch())).isEmpty();
    }

    @Test
    void garbageAsLargeAsARecordMayBeStillFitsIntoADeadLetter() {
        pipe(new byte[Limits.RECORD_BYTES - 1_000]);
        TestOutputTopic<String, byte[]> letters = driver.createOutputTopic(
                TOPICS.deadLetters().name(), new StringDeserializer(), new ByteArrayDeserializer());
        byte[] letter = letters.readValue();
        assertThat(letter.length).isLessThan(Limits.RECORD_BYTES - 10_000);
        DeadLetter read =
                TOPICS.deadLetters().codec(registry).serde().deserializer().deserialize("", letter);
        assertThat(read.getMessage()).contains("only its beginning is kept");
    }

    @Test
    void anUnknownFunctionEndsInOneOutcomeAndOneReply() {
        Invocation unknown = invocation("a", "k", 2);
        unknown.setFunction("nobody");
        publish(unknown);
        driver.advanceWallClockTime(Duration.ofSeconds(4));
        Outcome outcome = read(TOPICS.outcomes()).get(0);
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.REJECTED);
        assertThat(outcome.getResult().getErrorType()).isEqualTo("ResourceNotFoundException");
        Result reply = read(TOPICS.replies()).get(0);
        assertThat(reply.getErrorMessage()).contains("nobody").contains("Deploy it first");
    }

    @Test
    void aPayloadOverTheLimitEndsInOneOutcome() {
        Invocation large = invocation("a", "k", null);
        large.setPayload(ByteBuffer.wrap(new byte[1024 * 1024 + 1]));
        publish(large);
        assertThat(read(TOPICS.outcomes()).get(0).getResult().getErrorType()).isEqualTo("RequestTooLargeException");
    }

    @Test
    @Tag("R17")
    void whatTheOutcomesTopicSaysIsDoneIsNotDoneAgain() {
        driver.close();
        start(partition -> Map.of("a", new OutcomeTail.Ended(System.currentTimeMillis(), null, null, null)));
        publish(invocation("a", "ATL", null));
        publish(invocation("b", "ATL", null));
        assertThat(read(TOPICS.dispatch()))
                .extracting(dispatch -> dispatch.getInvocation().getId())
                .containsExactly("b");
    }

    @Test
    void aSecondResultOfAnInvocationMakesNoSecondOutcome() {
        publish(invocation("a", "ATL", null));
        Dispatch dispatch = read(TOPICS.dispatch()).get(0);
        answer(dispatch, ResultStatus.SUCCEEDED, "c1");
        answer(dispatch, ResultStatus.SUCCEEDED, "c1");
        assertThat(read(TOPICS.outcomes())).hasSize(1);
    }

    @Test
    @Tag("V5")
    void aProcessThatSleptEndsNothingSinceAnotherMayHaveDoneIt() {
        publish(invocation("a", "ATL", null));
        Dispatch dispatch = read(TOPICS.dispatch()).get(0);
        processMs += 9_000;
        assertThatThrownBy(() -> answer(dispatch, ResultStatus.SUCCEEDED, "c1"))
                .isInstanceOf(TaskMigratedException.class);
        assertThat(read(TOPICS.outcomes())).isEmpty();
    }

    @Test
    void aClientThatPublishesOnlyWhatItMustIsServed() {
        Schema minimal = SchemaBuilder.record("Invocation")
                .namespace("dev.berth.schemas")
                .fields()
                .requiredString("id")
                .requiredString("function")
                .endRecord();
        int id = registry.register("somebody-elses-value", minimal);
        byte[] body = {2, 'x', 14, 'f', 'l', 'i', 'g', 'h', 't', 's'};
        pipe(ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array());
        Dispatch dispatch = read(TOPICS.dispatch()).get(0);
        assertThat(dispatch.getInvocation().getTenant()).isEqualTo("default");
        assertThat(dispatch.getInvocation().getRoutingValue()).isNull();
    }

    @Test
    @Tag("R5")
    void theFunctionsRuleFindsTheRoutingValueThatAPublisherDidNotGive() {
        table(
                TOPICS.functions(),
                "default/flights",
                flights()
                        .setRouting(new RoutingRule(RoutingSource.JSON_POINTER, "/a"))
                        .build());
        publish(invocation("a", null, null));
        publish(invocation("b", "given", null));
        assertThat(read(TOPICS.dispatch()))
                .extracting(dispatch -> dispatch.getInvocation().getRoutingValue())
                .containsExactly("1", "given");
    }

    @Test
    void anAsynchronousInvocationThatKeepsFailingIsRetriedAndThenADeadLetterWithItsCoordinates() {
        publish(invocation("first", "LAX", null));
        publish(invocation("a", "ATL", null));
        for (int attempt = 1; attempt <= 3; attempt++) {
            Dispatch dispatch = read(TOPICS.dispatch()).stream()
                    .filter(d -> d.getInvocation().getId().equals("a"))
                    .findFirst()
                    .orElseThrow();
            assertThat(dispatch.getAttempt()).isEqualTo(attempt);
            assertThat(read(TOPICS.outcomes())).isEmpty();
            answer(dispatch, ResultStatus.FUNCTION_ERROR, "c1");
            driver.advanceWallClockTime(Duration.ofSeconds(5));
        }
        Outcome outcome = read(TOPICS.outcomes()).get(0);
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.DEAD_LETTERED);
        assertThat(outcome.getAttempts()).hasSize(3);
        DeadLetter letter = read(TOPICS.deadLetters()).get(0);
        assertThat(letter.getSourceOffset()).isEqualTo(1);
        assertThat(letter.getAttempts()).isEqualTo(3);
        assertThat(letter.getInvocationId()).isEqualTo("a");
        Invocation kept =
                TOPICS.invocations().codec(registry).serde().deserializer().deserialize("", bytes(letter.getValue()));
        assertThat(kept).isEqualTo(invocation("a", "ATL", null));
    }

    @Test
    @Tag("R20")
    void theDispatchLogIsEnoughToDecideAgain() {
        for (int i = 0; i < 20; i++) {
            publish(invocation("id" + i, "k" + i % 3, null));
            List<Dispatch> dispatches = read(TOPICS.dispatch());
            assertThat(dispatches)
                    .allSatisfy(dispatch -> assertThat(DecisionCheck.check(dispatch, RuleSettings.defaults())
                                    .verdict())
                            .isEqualTo(DecisionCheck.Verdict.SAME));
            dispatches.forEach(dispatch -> answer(dispatch, ResultStatus.SUCCEEDED, "c1"));
        }
    }

    @Test
    @Tag("R19")
    void whoAsksWhatWouldHappenIsAnsweredAndNothingRuns() {
        Invocation asking = invocation("a", "ATL", 1);
        asking.setExplainOnly(true);
        publish(asking);
        Result reply = read(TOPICS.replies()).get(0);
        assertThat(reply.getStatus()).isEqualTo(ResultStatus.SUCCEEDED);
        assertThat(text(reply.getPayload()))
                .contains("\"reason\": \"cold-free\"")
                .contains("\"i1\"");
        asking.setFunction("nobody");
        publish(asking);
        assertThat(read(TOPICS.replies()).get(0).getErrorType()).isEqualTo("ResourceNotFoundException");
        assertThat(read(TOPICS.dispatch())).isEmpty();
        assertThat(read(TOPICS.outcomes())).isEmpty();
    }
}
