package dev.berth.router.core;

import static dev.berth.router.core.Script.dispatches;
import static dev.berth.router.core.Script.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterAction.Cancelled;
import dev.berth.router.core.RouterAction.Complete;
import dev.berth.router.core.RouterAction.Dispatch;
import dev.berth.router.core.RouterAction.EndAttempt;
import dev.berth.router.core.RouterAction.Resend;
import dev.berth.router.core.RouterEvent.CancelAsked;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.RouterEvent.ResultArrived;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of an invocation whose end is asked for, wherever it is. */
@Tag("core")
@Tag("A6")
class CancelTest {
    private static final FunctionView.Rules ONE_AT_A_TIME =
            new FunctionView.Rules(1, false, false, 2, 1_000, 6 * 3_600_000L);

    private final Script script = new Script();

    @Test
    void oneThatWaitsEndsAtOnceAndNeverRuns() {
        script.invoke("a").arrives();
        assertThat(only(script.cancel("a"), Cancelled.class).message())
                .isEqualTo("It was cancelled before it was run: not needed.");
        script.instances(1, 4);
        assertThat(dispatches(script.after(60_000))).isEmpty();
        assertThat(script.core.inFlight()).isZero();
    }

    @Test
    void oneThatIsDelayedEndsAtOnce() {
        script.instances(1, 4);
        script.invoke("a").inMs(5_000).arrives();
        assertThat(only(script.cancel("a"), Cancelled.class)).isNotNull();
        assertThat(script.after(5_000)).isEmpty();
    }

    @Test
    void oneThatRunsIsEndedByItsExecutorAndItsPlaceIsTheNexts() {
        script.function(ONE_AT_A_TIME, 1, false);
        script.instances(1, 4);
        Dispatch running = script.invoke("a").key("k").dispatched();
        script.invoke("b").key("k").arrives();
        assertThat(only(script.cancel("a"), EndAttempt.class).flight().cancelled())
                .isTrue();
        List<RouterAction> ended = script.ends(running, "c1", Ending.CANCELLED, "Cancelled", false);
        assertThat(ended).anyMatch(Complete.class::isInstance);
        assertThat(dispatches(ended)).hasSize(1);
    }

    @Test
    void aSuccessThatComesFirstCounts() {
        script.instances(1, 4);
        Dispatch running = script.invoke("a").dispatched();
        script.cancel("a");
        assertThat(script.succeeds(running, "c1")).anyMatch(Complete.class::isInstance);
        assertThat(script.ends(running, null, Ending.CANCELLED, "Cancelled", false))
                .isEmpty();
    }

    @Test
    void oneThatFailsMeanwhileIsNotRunAgainAndIsNoDeadLetter() {
        script.instances(1, 4);
        Dispatch running = script.invoke("a").dispatched();
        script.cancel("a");
        Cancelled cancelled = last(script.fails(running, "c1"), Cancelled.class);
        assertThat(cancelled.flight().past()).hasSize(1);
        assertThat(dispatches(script.after(60_000))).isEmpty();
    }

    @Test
    void oneThatIsSentBackIsNotPlacedAgain() {
        script.instances(2, 4);
        Dispatch running = script.invoke("a").dispatched();
        script.cancel("a");
        List<RouterAction> after = script.bounces(running, ResultArrived.BUSY);
        assertThat(last(after, Cancelled.class)).isNotNull();
        assertThat(dispatches(after)).isEmpty();
    }

    @Test
    void oneWhoseInstanceIsLostEndsWithThat() {
        script.instances(2, 4);
        Dispatch running = script.invoke("a").dispatched();
        script.cancel("a");
        InFlight.Sent sent = running.flight().sent();
        List<RouterAction> after = script.gone(sent.instanceId(), sent.epoch());
        assertThat(last(after, Cancelled.class)).isNotNull();
        assertThat(dispatches(after)).isEmpty();
    }

    @Test
    void oneThatWaitsToBeRunAgainEndsAtOnce() {
        script.instances(1, 4);
        script.fails(script.invoke("a").dispatched(), "c1");
        assertThat(only(script.cancel("a"), Cancelled.class).message()).contains("not run again after attempt 1");
        assertThat(dispatches(script.after(60_000))).isEmpty();
    }

    @Test
    @Tag("R21")
    void ofAnOrderedKeyTheNextComesIn() {
        script.function(new FunctionView.Rules(-1, true, false, 2, 1_000, 60_000), 1, false);
        script.instances(1, 4);
        Dispatch first = script.invoke("a").key("k").dispatched();
        script.invoke("b").key("k").arrives();
        script.invoke("c").key("k").arrives();
        script.cancel("b");
        assertThat(dispatches(script.succeeds(first, "c1")))
                .extracting(sent -> sent.flight().request().id())
                .containsExactly("c");
    }

    @Test
    void itSurvivesARestartOfTheRouter() {
        script.instances(1, 4);
        script.invoke("a").dispatched();
        script.invoke("b").dispatched();
        script.cancel("a");
        script.restart();
        script.function(FunctionView.Rules.defaults(), 1, false);
        script.instances(1, 4);
        List<RouterAction> restored = script.restored();
        assertThat(last(restored, EndAttempt.class).flight().request().id()).isEqualTo("a");
        assertThat(last(restored, Resend.class).flight().request().id()).isEqualTo("b");
    }

    @Test
    void anOrderThatComesBeforeWhatItCancelsIsKept() {
        script.instances(1, 4);
        assertThat(script.cancel("a")).isEmpty();
        assertThat(only(script.invoke("a").arrives(), Cancelled.class)).isNotNull();
        script.cancel("b");
        script.after(RouterLimits.defaults().doneKeptMs() + 1);
        assertThat(script.invoke("b").dispatched()).isNotNull();
    }

    @Test
    void anothersOrderAndOneForWhatHasEndedChangeNothing() {
        script.instances(1, 4);
        script.tell(new CancelAsked("early", "another", null));
        assertThat(script.invoke("early").dispatched()).isNotNull();
        Dispatch running = script.invoke("a").dispatched();
        assertThat(script.tell(new CancelAsked("a", "another", null))).isEmpty();
        script.succeeds(running, "c1");
        assertThat(script.cancel("a")).isEmpty();
    }

    @Test
    void ofThoseThatWaitTheMostUrgentGoFirstAndEqualOnesInTheirOrder() {
        script.function(ONE_AT_A_TIME, 1, false);
        script.instances(1, 4);
        Dispatch running = script.invoke("first").dispatched();
        script.invoke("low").priority(-10).arrives();
        script.invoke("a").arrives();
        script.invoke("b").arrives();
        script.invoke("high").priority(10).arrives();
        script.invoke("top").priority(100).arrives();
        script.cancel("a");
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running = dispatches(script.succeeds(running, "c1")).get(0);
            order.add(running.flight().request().id());
        }
        assertThat(order).containsExactly("top", "high", "b", "low");
    }

    @Test
    void theMostUrgentGoFirstAfterARestartToo() {
        script.function(ONE_AT_A_TIME, 1, false);
        script.invoke("a").arrives();
        script.invoke("high").priority(10).arrives();
        script.restart();
        script.function(ONE_AT_A_TIME, 1, false);
        script.instances(1, 4);
        script.restored();
        assertThat(dispatches(script.after(20)))
                .extracting(sent -> sent.flight().request().id())
                .containsExactly("high");
    }

    @Test
    @Tag("R21")
    void urgencyDoesNotChangeTheOrderOfAKey() {
        script.function(new FunctionView.Rules(1, true, false, 2, 1_000, 60_000), 1, false);
        script.instances(1, 4);
        Dispatch running = script.invoke("x").key("other").dispatched();
        script.invoke("a").key("k").arrives();
        script.invoke("b").key("k").priority(100).arrives();
        running = dispatches(script.succeeds(running, "c1")).get(0);
        assertThat(running.flight().request().id()).isEqualTo("a");
        assertThat(dispatches(script.succeeds(running, "c1")))
                .extracting(sent -> sent.flight().request().id())
                .containsExactly("b");
    }

    private static <T extends RouterAction> T last(List<RouterAction> actions, Class<T> type) {
        List<T> found =
                actions.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).isNotEmpty();
        return found.get(found.size() - 1);
    }
}
