package dev.berth.router.core;

import static dev.berth.router.core.Script.dispatches;
import static dev.berth.router.core.Script.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterAction.Dispatch;
import dev.berth.router.core.RouterAction.Hold;
import dev.berth.router.core.RouterAction.Reject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Invocations that are not to be run yet. */
@Tag("core")
@Tag("A6")
class DelayTest {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final FunctionView.Rules ORDERED = new FunctionView.Rules(-1, true, false, 2, 1_000, 6 * 3_600_000L);

    private final Script script = new Script();

    @Test
    void oneIsHeldUntilItsTimeAndSentThen() {
        script.instances(1, 4);
        assertThat(only(script.invoke("a").inMs(5_000).arrives(), Hold.class)).isNotNull();
        assertThat(script.after(4_999)).isEmpty();
        assertThat(dispatches(script.after(1))).hasSize(1);
    }

    @Test
    void oneWhoseTimeIsPastIsSentAtOnce() {
        script.instances(1, 4);
        assertThat(script.invoke("a").inMs(-5_000).dispatched()).isNotNull();
    }

    @Test
    void aDelayOfDaysSurvivesRestarts() {
        script.instances(1, 4);
        script.invoke("a").inMs(3 * DAY_MS).arrives();
        for (int day = 1; day <= 2; day++) {
            script.after(DAY_MS);
            again();
            assertThat(dispatches(script.restored())).isEmpty();
            assertThat(dispatches(script.after(0))).isEmpty();
        }
        assertThat(dispatches(script.after(DAY_MS))).hasSize(1);
    }

    @Test
    void oneThatBecameDueWhileItsRouterWasDownIsSentWhenThatIsBack() {
        script.instances(1, 4);
        script.invoke("a").inMs(5_000).arrives();
        script.nowMs += 60_000;
        again();
        script.restored();
        assertThat(dispatches(script.after(0))).hasSize(1);
    }

    @Test
    void itsAgeCountsFromItsTime() {
        script.function(new FunctionView.Rules(0, false, false, 2, 1_000, 60_000), 1, false);
        script.invoke("a").inMs(DAY_MS).arrives();
        assertThat(script.after(DAY_MS)).isEmpty();
        assertThat(script.after(59_999)).isEmpty();
        assertThat(only(script.after(1), Reject.class).rejection())
                .satisfies(why -> assertThat(why.errorType()).isEqualTo("EventAgeExceeded"))
                .satisfies(why -> assertThat(why.message()).startsWith("It waited 60 s"));
    }

    @Test
    void aThousandDelayedOnesTakeNoPlaceOfOthers() {
        script.function(new FunctionView.Rules(1, false, false, 2, 1_000, 60_000), 1, false);
        script.instances(1, 1);
        for (int i = 0; i < 1_000; i++) {
            script.invoke("later" + i).inMs(DAY_MS).arrives();
        }
        assertThat(script.invoke("now").key("k").sync().dispatched()).isNotNull();
    }

    @Test
    void newsOfItsFunctionDoNotBringItForward() {
        script.instances(1, 4);
        script.invoke("a").inMs(5_000).arrives();
        script.function(FunctionView.Rules.defaults(), 2, false);
        assertThat(script.core.inFlight()).isEqualTo(1);
        assertThat(dispatches(script.all)).isEmpty();
    }

    @Test
    @Tag("R21")
    void ofAnOrderedKeyItTakesItsTurnWhenItIsDue() {
        script.function(ORDERED, 1, false);
        script.instances(1, 4);
        script.invoke("later").key("k").inMs(5_000).arrives();
        Dispatch first = script.invoke("first").key("k").dispatched();
        script.after(5_000);
        script.invoke("last").key("k").arrives();
        Dispatch second = dispatches(script.succeeds(first, "c1")).get(0);
        assertThat(second.flight().request().id()).isEqualTo("later");
        assertThat(dispatches(script.succeeds(second, "c1")))
                .extracting(sent -> sent.flight().request().id())
                .containsExactly("last");
    }

    @Test
    @Tag("R21")
    void ofAnOrderedKeyItsTurnIsTheSameAfterARestart() {
        script.function(ORDERED, 1, false);
        script.instances(1, 4);
        script.invoke("later").key("k").inMs(5_000).arrives();
        Dispatch first = script.invoke("first").key("k").dispatched();
        script.invoke("second").key("k").arrives();
        script.after(5_000);
        script.invoke("last").key("k").arrives();
        script.restart();
        script.function(ORDERED, 1, false);
        script.instances(1, 4);
        script.restored();
        script.after(20);
        Dispatch second = dispatches(script.succeeds(first, "c1")).get(0);
        assertThat(second.flight().request().id()).isEqualTo("second");
        Dispatch third = dispatches(script.succeeds(second, "c1")).get(0);
        assertThat(third.flight().request().id()).isEqualTo("later");
        assertThat(dispatches(script.succeeds(third, "c1"))).hasSize(1);
    }

    @Test
    void whatCanNeverRunIsRefusedAtOnce() {
        assertThat(script.invoke("a").inMs(5_000).deadlineInMs(5_000).refused())
                .isEqualTo("InvalidParameterValueException");
        assertThat(only(script.invoke("b").inMs(366 * DAY_MS).arrives(), Reject.class)
                        .rejection()
                        .message())
                .contains("more than 365 days ahead");
        assertThat(script.invoke("c").priority(101).refused()).isEqualTo("InvalidParameterValueException");
        assertThat(script.invoke("d").retries(-1).refused()).isEqualTo("InvalidParameterValueException");
        assertThat(script.core.inFlight()).isZero();
    }

    @Test
    void whoAsksWhereItWouldRunIsToldThatItIsNotYetDue() {
        script.instances(1, 4);
        Request request = ((Hold) script.invoke("a").inMs(5_000).arrives().get(0))
                .flight()
                .request();
        assertThat(script.core.explain(request, script.nowMs).held()).contains("another 5 s");
    }

    @Test
    void aHundredThousandAreHeldAndEachTickLooksAtTheDueOnesOnly() {
        script.instances(1, 4);
        for (int i = 0; i < 100_000; i++) {
            script.invoke("d" + i).key("k" + i).inMs(DAY_MS + i).arrives();
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(script.after(0)).isEmpty();
        }
        assertThat(dispatches(script.after(DAY_MS + 2))).hasSize(3);
    }

    @Test
    void oneSaysItselfHowOftenItIsRunAgain() {
        script.instances(1, 4);
        Dispatch never = script.invoke("a").retries(0).dispatched();
        assertThat(List.copyOf(script.fails(never, "c1"))).anyMatch(RouterAction.Complete.class::isInstance);
        Dispatch once = script.invoke("b").retries(5).dispatched();
        for (int i = 0; i < 5; i++) {
            script.fails(once, "c1");
            once = dispatches(script.after(100_000)).get(0);
        }
        assertThat(List.copyOf(script.fails(once, "c1"))).anyMatch(RouterAction.Complete.class::isInstance);
    }

    private void again() {
        script.restart();
        script.function(FunctionView.Rules.defaults(), 1, false);
        script.instances(1, 4);
    }
}
