package dev.berth.replay.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayOutcome;
import dev.berth.schemas.ReplaySource;
import dev.berth.schemas.ReplayWanted;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Timings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("E10")
class SelectionTest {
    private static Replay.Builder replay() {
        return Replay.newBuilder()
                .setTenant("default")
                .setId("r-1")
                .setWanted(ReplayWanted.RUNNING)
                .setSource(ReplaySource.INVOCATIONS)
                .setTopic("t")
                .setRanges(List.of())
                .setCreatedMs(0)
                .setModifiedMs(0);
    }

    private static Invocation.Builder invocation() {
        return Invocation.newBuilder().setId("i").setFunction("f").setRoutingValue("k");
    }

    private static Optional<LeftOut> of(Replay.Builder replay, Invocation.Builder invocation) {
        return new Selection(replay.build()).of(invocation.build(), 100, Optional.of(true));
    }

    @Test
    void eachFilterLeavesOutWhatItIsNotAbout() {
        assertThat(of(replay(), invocation())).isEmpty();
        assertThat(of(replay().setFunction("g"), invocation())).contains(LeftOut.OTHER_FUNCTION);
        assertThat(of(replay().setKey("other"), invocation())).contains(LeftOut.OTHER_KEY);
        assertThat(of(replay().setKey("k"), invocation().setRoutingValue(null))).contains(LeftOut.OTHER_KEY);
        assertThat(of(replay().setFromMs(101), invocation())).contains(LeftOut.OTHER_TIME);
        assertThat(of(replay().setToMs(100), invocation())).contains(LeftOut.OTHER_TIME);
        assertThat(of(replay().setFromMs(100).setToMs(101), invocation())).isEmpty();
        assertThat(of(replay().setOutcome(ReplayOutcome.FAILED), invocation())).contains(LeftOut.OTHER_OUTCOME);
        assertThat(of(replay().setOutcome(ReplayOutcome.SUCCEEDED), invocation()))
                .isEmpty();
        assertThat(of(replay().setTenant("another"), invocation())).contains(LeftOut.OTHER_TENANT);
    }

    @Test
    void whatIsItselfARepetitionIsNotRepeated() {
        assertThat(of(replay(), invocation().setReplayOf("i0"))).contains(LeftOut.REPETITION);
    }

    @Test
    void aRepetitionIsMarkedAndHasNothingThatOnlyTheOriginalCouldHave() {
        Invocation again = new Repetition(replay().setIntoFunction("f")
                        .setIntoQualifier("2")
                        .setSuppressSideEffects(true)
                        .build())
                .of(invocation()
                        .setReplyTo(3)
                        .setDeadlineMs(5L)
                        .setContainerId("c")
                        .setParent("p")
                        .setHeaders(Map.of("a", "b"))
                        .build());

        assertThat(again.getId()).startsWith("r-1.").isEqualTo(ReplayIds.of("r-1", "i"));
        assertThat(ReplayIds.isOf("r-1", again.getId())).isTrue();
        assertThat(ReplayIds.isOf("r-1", "r-1.zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"))
                .isFalse();
        assertThat(again.getReplayOf()).isEqualTo("i");
        assertThat(again.getOrigin()).isEqualTo("replay");
        assertThat(again.getQualifier()).isEqualTo("2");
        assertThat(again.getReplyTo()).isNull();
        assertThat(again.getDeadlineMs()).isNull();
        assertThat(again.getContainerId()).isNull();
        assertThat(again.getParent()).isNull();
        assertThat(again.getMaxRetries()).isZero();
        assertThat(again.getHeaders())
                .containsEntry("a", "b")
                .containsEntry("berth-replay-id", "r-1")
                .containsEntry("berth-suppress-side-effects", "true");
    }

    @Test
    void resultsAreComparedByValueAndFailuresByWhatTheySay() {
        assertThat(kind(ended("{\"a\":1.0,\"b\":2}"), ended("{ \"b\":2, \"a\":1 }")))
                .isEqualTo(Comparison.Kind.EQUAL);
        assertThat(kind(ended("{\"a\":1}"), ended("{\"a\":2}"))).isEqualTo(Comparison.Kind.CHANGED);
        assertThat(kind(ended("not json"), ended("not json"))).isEqualTo(Comparison.Kind.EQUAL);
        assertThat(kind(ended("{}"), failed("E", "m"))).isEqualTo(Comparison.Kind.NEWLY_FAILING);
        assertThat(kind(failed("E", "m"), ended("{}"))).isEqualTo(Comparison.Kind.NEWLY_PASSING);
        assertThat(kind(failed("E", "m"), failed("E", "m"))).isEqualTo(Comparison.Kind.EQUAL);
        assertThat(kind(failed("E", "m"), failed("E", "n"))).isEqualTo(Comparison.Kind.CHANGED);
        assertThat(Comparison.diff(ended("{\"a\":1}"), ended("{\"a\":2}")).orElseThrow())
                .hasToString("[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2}]");
    }

    private static Comparison.Kind kind(Outcome original, Outcome replayed) {
        return Comparison.kind(Comparison.essence(original), Comparison.essence(replayed));
    }

    private static Outcome ended(String payload) {
        return outcome(
                OutcomeStatus.SUCCEEDED,
                result(ResultStatus.SUCCEEDED)
                        .setPayload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                        .build());
    }

    private static Outcome failed(String type, String message) {
        return outcome(
                OutcomeStatus.FAILED,
                result(ResultStatus.FUNCTION_ERROR)
                        .setErrorType(type)
                        .setErrorMessage(message)
                        .build());
    }

    private static Result.Builder result(ResultStatus status) {
        return Result.newBuilder()
                .setInvocationId("i")
                .setAttempt(1)
                .setTenant("default")
                .setFunction("f")
                .setStatus(status)
                .setTimings(new Timings(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
    }

    private static Outcome outcome(OutcomeStatus status, Result result) {
        return Outcome.newBuilder()
                .setInvocationId("i")
                .setStatus(status)
                .setResult(result)
                .setCompletedUs(0)
                .build();
    }
}
