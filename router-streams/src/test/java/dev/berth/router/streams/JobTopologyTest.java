package dev.berth.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.Destinations;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.ResultStatus;
import java.time.Duration;
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
