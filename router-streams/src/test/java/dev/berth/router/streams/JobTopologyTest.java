package dev.berth.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.AvroCodec;
import dev.berth.schemas.Command;
import dev.berth.schemas.CommandKind;
import dev.berth.schemas.Destinations;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.InFlightRecord;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.ResultStatus;
import java.time.Duration;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an asynchronous invocation may ask for, from record to record. */
@Tag("topology")
class JobTopologyTest extends TopologyBed {
    @Test
    @Tag("A2")
    void anOutcomeHoldsTheRequestWhereTheFunctionHasADestinationForIt() {
        deploy(new Destinations("topic:won", null));
        assertThat(endOf(invocation("a", "ATL", null), ResultStatus.SUCCEEDED).getInvocation())
                .isEqualTo(invocation("a", "ATL", null));
        assertThat(endOf(invocation("b", "ATL", 1), ResultStatus.SUCCEEDED).getInvocation())
                .isNull();
        assertThat(endOf(once("c"), ResultStatus.FUNCTION_ERROR).getInvocation())
                .isNull();
    }

    @Test
    @Tag("A2")
    void afterTheLastRetryTheFailureHasItsDestination() {
        deploy(new Destinations(null, "topic:lost"));
        Outcome failed = endOf(once("a"), ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getStatus()).isEqualTo(OutcomeStatus.DEAD_LETTERED);
        assertThat(failed.getInvocation().getId()).isEqualTo("a");
        assertThat(endOf(once("b"), ResultStatus.SUCCEEDED).getInvocation()).isNull();
    }

    @Test
    void aFunctionWithoutDestinationsLeavesTheRequestOut() {
        assertThat(endOf(once("a"), ResultStatus.SUCCEEDED).getInvocation()).isNull();
    }

    @Test
    @Tag("A6")
    void anInvocationThatWaitsIsCancelledWithOneOutcomeAndNoDeadLetter() {
        Invocation later = invocation("a", "ATL", null);
        later.setNotBeforeMs(System.currentTimeMillis() + 3_600_000);
        publish(later);
        assertThat(read(TOPICS.dispatch())).isEmpty();
        cancel("a", "default");
        Outcome outcome = read(TOPICS.outcomes()).get(0);
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.CANCELLED);
        assertThat(outcome.getResult().getStatus()).isEqualTo(ResultStatus.CANCELLED);
        assertThat(outcome.getResult().getErrorMessage()).contains("too late");
        assertThat(outcome.getAttempts()).isEmpty();
        assertThat(read(TOPICS.deadLetters())).isEmpty();
        cancel("a", "default");
        publish(later);
        assertThat(read(TOPICS.outcomes())).isEmpty();
    }

    @Test
    @Tag("A6")
    void anInvocationThatRunsIsCancelledByAnOrderToItsInstanceWithoutThePayload() {
        publish(invocation("a", "ATL", 2));
        Dispatch dispatch = read(TOPICS.dispatch()).get(0);
        cancel("a", "another");
        assertThat(read(TOPICS.dispatch())).isEmpty();
        cancel("a", "default");
        Dispatch order = read(TOPICS.dispatch()).get(0);
        assertThat(order.getCancel()).isTrue();
        assertThat(order.getAttempt()).isEqualTo(1);
        assertThat(order.getEpoch()).isEqualTo(dispatch.getEpoch());
        assertThat(order.getInvocation().getPayload().remaining()).isZero();
        assertThat(order.getInvocation().getReplyTo()).isEqualTo(2);
        answer(dispatch, ResultStatus.CANCELLED, "c1");
        Outcome outcome = read(TOPICS.outcomes()).get(0);
        assertThat(outcome.getStatus()).isEqualTo(OutcomeStatus.CANCELLED);
        assertThat(outcome.getAttempts()).hasSize(1);
    }

    @Test
    @Tag("A6")
    void aCancellationIsKeptForARestartBesideTheWholeInvocation() {
        publish(invocation("a", "ATL", null));
        cancel("a", "default");
        read(TOPICS.dispatch());
        InFlightRecord saved = new AvroCodec<>("in-flight", InFlightRecord.class, registry)
                .serde()
                .deserializer()
                .deserialize("", inFlight("a"));
        assertThat(saved.getCancelled()).isTrue();
        assertThat(text(saved.getInvocation().getPayload())).isEqualTo("{\"a\":1}");
    }

    @Test
    void aCommandThatCannotBeReadIsADeadLetterAndOneOfAnUnknownKindIsPassedOver() {
        publish(invocation("a", "ATL", null));
        read(TOPICS.dispatch());
        driver.createInputTopic(TOPICS.commands().name(), new StringSerializer(), new StringSerializer())
                .pipeInput("a", "cancel!");
        command("a", "default", CommandKind.UNKNOWN);
        assertThat(read(TOPICS.deadLetters()).get(0).getSourceTopic())
                .isEqualTo(TOPICS.commands().name());
        assertThat(read(TOPICS.dispatch())).isEmpty();
        assertThat(read(TOPICS.outcomes())).isEmpty();
    }

    @Test
    @Tag("A6")
    void aDelayedInvocationIsDispatchedWhenItIsDue() {
        Invocation later = invocation("a", "ATL", null);
        later.setNotBeforeMs(System.currentTimeMillis() + 3_600_000);
        publish(later);
        driver.advanceWallClockTime(Duration.ofMinutes(59));
        assertThat(read(TOPICS.dispatch())).isEmpty();
        driver.advanceWallClockTime(Duration.ofMinutes(2));
        assertThat(read(TOPICS.dispatch()))
                .singleElement()
                .satisfies(dispatch -> assertThat(dispatch.getInvocation()).isEqualTo(later));
    }

    private void cancel(String id, String tenant) {
        command(id, tenant, CommandKind.CANCEL);
    }

    private void command(String id, String tenant, CommandKind kind) {
        Command command = new Command(id, tenant, kind, "too late", System.currentTimeMillis());
        driver.createInputTopic(TOPICS.commands().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(id, TOPICS.commands().codec(registry).encode(command));
    }

    @Test
    @Tag("E4")
    void ofATriggersInvocationOnlyTheOutcomeTells() {
        deploy(new Destinations(null, "topic:lost"));
        Invocation ofTrigger =
                Invocation.newBuilder(once("a")).setOrigin("trigger").build();
        Outcome failed = endOf(ofTrigger, ResultStatus.FUNCTION_ERROR);
        assertThat(failed.getStatus()).isEqualTo(OutcomeStatus.FAILED);
        assertThat(failed.getInvocation()).isNull();
        assertThat(read(TOPICS.deadLetters())).isEmpty();
    }

    private void deploy(Destinations destinations) {
        table(
                TOPICS.functions(),
                "default/flights",
                flights().setMaxRetries(0).setDestinations(destinations).build());
    }

    private static Invocation once(String id) {
        return invocation(id, "ATL", null);
    }

    private Outcome endOf(Invocation invocation, ResultStatus status) {
        publish(invocation);
        Dispatch dispatch = read(TOPICS.dispatch()).get(0);
        answer(dispatch, status, "c1");
        driver.advanceWallClockTime(Duration.ofMillis(100));
        return read(TOPICS.outcomes()).get(0);
    }
}
