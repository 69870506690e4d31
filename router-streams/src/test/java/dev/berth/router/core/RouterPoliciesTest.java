package dev.berth.router.core;

import static dev.berth.router.core.Script.dispatches;
import static dev.berth.router.core.Script.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterAction.Complete;
import dev.berth.router.core.RouterAction.Dispatch;
import dev.berth.router.core.RouterAction.Hold;
import dev.berth.router.core.RouterAction.Reject;
import dev.berth.router.core.RouterEvent.ResultArrived;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.WarmSets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class RouterPoliciesTest {
    private static final FunctionView.Rules ORDERED = new FunctionView.Rules(-1, true, false, 2, 1_000, 6 * 3_600_000L);
    private static final FunctionView.Rules KEEP_OLD =
            new FunctionView.Rules(-1, false, true, 2, 1_000, 6 * 3_600_000L);

    private final Script script = new Script();

    @Test
    @Tag("R12")
    void failGoesToTheContainerOnlyIfItCanRunAtOnce() {
        Dispatch first = pinned("k");
        Dispatch second = script.invoke("b").key("k").busy(Ask.Busy.FAIL).dispatched();
        assertThat(second.flight().sent().instanceId())
                .isEqualTo(first.flight().sent().instanceId());
        assertThat(second.order().waitUntilMs()).isPositive().isLessThan(script.nowMs);
        assertThat(only(script.bounces(second, ResultArrived.BUSY), Reject.class)
                        .rejection()
                        .errorType())
                .isEqualTo("PinBusyException");
    }

    @Test
    @Tag("R12")
    void failIsRefusedAtOnceWhenTheContainerIsKnownToBeBusy() {
        pinned("k");
        script.invoke("b").key("k").dispatched();
        assertThat(script.invoke("c").key("k").busy(Ask.Busy.FAIL).refused()).isEqualTo("PinBusyException");
    }

    @Test
    @Tag("R12")
    void waitStaysAtTheContainerHoweverBusy() {
        Dispatch first = pinned("k");
        for (int i = 0; i < 6; i++) {
            Dispatch next = script.invoke("w" + i).key("k").busy(Ask.Busy.WAIT).dispatched();
            assertThat(next.flight().sent().instanceId())
                    .isEqualTo(first.flight().sent().instanceId());
            assertThat(next.order().waitUntilMs()).isZero();
        }
    }

    @Test
    @Tag("R12")
    void spillGoesToAnotherContainerAndThePinStays() {
        Dispatch first = pinned("k");
        script.invoke("b").key("k").dispatched();
        Dispatch spilled = script.invoke("c").key("k").busy(Ask.Busy.SPILL).dispatched();
        assertThat(spilled.flight().sent().joins()).isTrue();
        assertThat(spilled.order().spilled()).isTrue();
        assertThat(script.core.pin("t", "f", "k").orElseThrow().containerId()).isEqualTo("c-k");
        assertThat(script.core.pin("t", "f", "k").orElseThrow().instanceId())
                .isEqualTo(first.flight().sent().instanceId());
    }

    @Test
    @Tag("R12")
    void autoWaitsWhenThatIsCheaperThanAColdStartAndNoLongerThanOne() {
        pinned("k");
        script.invoke("b").key("k").dispatched();
        Dispatch waits = script.invoke("c").key("k").dispatched();
        assertThat(waits.decision().reason()).isEqualTo("wait");
        assertThat(waits.order().waitUntilMs()).isEqualTo(script.nowMs + 500);
        Dispatch elsewhere = only(script.bounces(waits, ResultArrived.BUSY), Dispatch.class);
        assertThat(elsewhere.flight().sent().joins()).isTrue();
        assertThat(elsewhere.order().spilled()).isTrue();
        assertThat(elsewhere.flight().attempt()).isEqualTo(2);
    }

    @Test
    @Tag("R13")
    void requireFailsWhenTheContainerIsGoneAndPreferIsReplaced() {
        pinned("k");
        script.tell(new RouterEvent.ContainerRemoved("c-k"));
        assertThat(script.invoke("b").key("k").require().refused()).isEqualTo("PinGoneException");
        Dispatch replaced = script.invoke("c").key("k").dispatched();
        assertThat(replaced.flight().replaced()).isTrue();
    }

    @Test
    @Tag("R13")
    void requireIsToldWhenTheExecutorFindsTheContainerGone() {
        pinned("k");
        Dispatch sent = script.invoke("b").key("k").require().dispatched();
        assertThat(sent.flight().sent().strict()).isTrue();
        assertThat(only(script.bounces(sent, ResultArrived.GONE), Reject.class)
                        .rejection()
                        .errorType())
                .isEqualTo("PinGoneException");
    }

    @Test
    @Tag("R6")
    void anInvocationRunsInTheContainerThatItNames() {
        pinned("k");
        Dispatch sent = script.invoke("b").in("i1-ab12cd-7").dispatched();
        assertThat(sent.flight().sent().instanceId()).isEqualTo("i1");
        assertThat(sent.flight().sent().containerId()).isEqualTo("i1-ab12cd-7");
        assertThat(sent.flight().sent().strict()).isTrue();
        Dispatch elsewhere = only(script.bounces(sent, ResultArrived.GONE), Dispatch.class);
        assertThat(elsewhere.flight().replaced()).isTrue();
        assertThat(script.invoke("c").in("nowhere-ab12cd-7").require().refused())
                .isEqualTo("PinGoneException");
    }

    @Test
    @Tag("R6")
    void anInvocationRunsWhereAnotherRan() {
        Dispatch first = ranInContainer();
        Dispatch second = script.invoke("b").sameAs("a").dispatched();
        assertThat(second.flight().sent().containerId()).isEqualTo("i1-x-1");
        assertThat(second.flight().sent().instanceId())
                .isEqualTo(first.flight().sent().instanceId());
    }

    private Dispatch ranInContainer() {
        script.instances(1, 4);
        Dispatch first = script.invoke("a").key("k").dispatched();
        script.succeeds(first, "i1-x-1");
        return first;
    }

    @Test
    @Tag("R6")
    void anInvocationWaitsForTheOneWhoseContainerItWants() {
        script.instances(1, 4);
        Dispatch first = script.invoke("a").key("k").dispatched();
        assertThat(only(script.invoke("b").sameAs("a").arrives(), Hold.class)).isNotNull();
        script.succeeds(first, "i1-x-1");
        Dispatch second = only(script.after(20), Dispatch.class);
        assertThat(second.flight().sent().containerId()).isEqualTo("i1-x-1");
    }

    @Test
    @Tag("R9")
    void anotherTenantsInvocationIsAsUnknownAsNone() {
        ranInContainer();
        script.function("other", "f", FunctionView.Rules.defaults(), 1, false);
        assertThat(script.invoke("b").of("other", "f").sameAs("a").askedAll().refused())
                .isEqualTo("InvocationUnknownException");
        assertThat(script.invoke("c")
                        .of("other", "f")
                        .sameAs("never")
                        .askedAll()
                        .refused())
                .isEqualTo("InvocationUnknownException");
        assertThat(only(script.invoke("d").of("other", "f").sameAs("a").arrives(), RouterAction.AskNext.class))
                .isNotNull();
    }

    @Test
    @Tag("R14")
    void whenTheFleetIsFullACallerWaitsBoundedAndThePinStays() {
        pinned("k");
        for (int i = 0; i < 24; i++) {
            script.invoke("fill" + i).key("f" + i).arrives();
        }
        Pin before = script.core.pin("t", "f", "k").orElseThrow();
        assertThat(only(script.invoke("late").key("k").sync().arrives(), Hold.class))
                .isNotNull();
        List<RouterAction> actions = script.after(RouterLimits.defaults().syncWaitMs());
        assertThat(actions.stream()
                        .filter(Reject.class::isInstance)
                        .map(a -> ((Reject) a).rejection().errorType()))
                .containsExactly("TooManyRequestsException");
        assertThat(script.core.pin("t", "f", "k").orElseThrow().containerId()).isEqualTo(before.containerId());
    }

    @Test
    void aFullFleetIsSharedEquallyByTenantsAndFunctions() {
        script.instances(1, 4);
        script.function("greedy", "f", FunctionView.Rules.defaults(), 1, false);
        List<Dispatch> running = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            running.addAll(dispatches(script.invoke("g" + i).of("greedy", "f").arrives()));
        }
        for (int i = 0; i < 5; i++) {
            running.addAll(dispatches(script.invoke("t" + i).arrives()));
        }
        assertThat(running).hasSize(8);
        int modest = 0;
        for (int i = 0; i < 5; i++) {
            for (Dispatch next : dispatches(script.succeeds(running.remove(0), "c" + i))) {
                running.add(next);
                modest += next.flight().request().tenant().equals("t") ? 1 : 0;
            }
        }
        assertThat(modest).isGreaterThanOrEqualTo(4);
    }

    @Test
    void aLimitedFunctionNeverRunsMoreThanItsLimit() {
        script.instances(2, 8);
        script.function(new FunctionView.Rules(2, false, false, 0, 1_000, 60_000), 1, false);
        List<Dispatch> running = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            running.addAll(dispatches(script.invoke("a" + i).key("k" + i).arrives()));
        }
        assertThat(running).hasSize(2);
        assertThat(script.invoke("sync").key("s").sync().refused()).isEqualTo("ReservedConcurrencyExceeded");
        assertThat(dispatches(script.succeeds(running.get(0), "c1"))).hasSize(1);
        assertThat(dispatches(script.fails(running.get(1), "c2"))).hasSize(1);
    }

    @Test
    void aFunctionWithALimitOfNoneRunsNothing() {
        script.instances(1, 8);
        script.function(new FunctionView.Rules(0, false, false, 0, 1_000, 60_000), 1, false);
        assertThat(script.invoke("sync").sync().refused()).isEqualTo("ReservedConcurrencyExceeded");
        assertThat(only(script.invoke("later").arrives(), Hold.class)).isNotNull();
        assertThat(only(script.after(60_000), Reject.class).rejection().errorType())
                .isEqualTo("EventAgeExceeded");
    }

    @Test
    @Tag("R21")
    void orderedInvocationsOfAKeyRunOneAtATimeRetriesIncluded() {
        script.instances(2, 8);
        script.function(ORDERED, 1, false);
        Dispatch first = script.invoke("a").key("k").dispatched();
        assertThat(only(script.invoke("b").key("k").arrives(), Hold.class)).isNotNull();
        assertThat(only(script.invoke("c").key("k").arrives(), Hold.class)).isNotNull();
        assertThat(dispatches(script.invoke("x").key("other").arrives())).hasSize(1);
        assertThat(only(script.fails(first, "c1"), Hold.class)
                        .flight()
                        .request()
                        .id())
                .isEqualTo("a");
        Dispatch again = only(script.after(2_000), Dispatch.class);
        assertThat(again.flight().request().id()).isEqualTo("a");
        List<Dispatch> next = dispatches(script.succeeds(again, "c1"));
        assertThat(next).extracting(d -> d.flight().request().id()).containsExactly("b");
        assertThat(dispatches(script.succeeds(next.get(0), "c1")))
                .extracting(d -> d.flight().request().id())
                .containsExactly("c");
    }

    @Test
    @Tag("R21")
    void orderOutlivesTheRouter() {
        script.instances(1, 8);
        script.function(ORDERED, 1, false);
        Dispatch first = script.invoke("a").key("k").dispatched();
        InFlight second =
                only(script.invoke("b").key("k").arrives(), Hold.class).flight();
        InFlight third = only(script.invoke("c").key("k").arrives(), Hold.class).flight();

        script.core = new RouterCore(RouterLimits.defaults());
        List.of(third, second, first.flight()).forEach(script.core::restoreFlight);
        script.function(ORDERED, 1, false);
        script.instances(1, 8);
        assertThat(dispatches(script.core.restored(script.nowMs))).isEmpty();
        assertThat(dispatches(script.after(20))).isEmpty();
        assertThat(dispatches(script.succeeds(first, "c1")))
                .extracting(d -> d.flight().request().id())
                .containsExactly("b");
    }

    @Test
    @Tag("R18")
    void aHotKeySpreadsWithinItsBoundAndComesBackToItsPin() {
        script.instances(2, 8);
        Dispatch first = script.invoke("a").key("hot").dispatched();
        script.succeeds(first, "c0");
        Set<String> pins = new HashSet<>();
        List<Dispatch> running = new ArrayList<>();
        int joins = 0;
        for (int i = 0; i < 30; i++) {
            for (Dispatch sent : dispatches(
                    script.invoke("h" + i).key("hot").busy(Ask.Busy.SPILL).arrives())) {
                joins += sent.flight().sent().joins() ? 1 : 0;
                running.add(sent);
            }
        }
        assertThat(joins).isBetween(3, 8);
        for (int i = 0; i < running.size(); i++) {
            Dispatch sent = running.get(i);
            running.addAll(dispatches(script.succeeds(sent, sent.flight().sent().joins() ? "c" + (i + 1) : "c0")));
        }
        for (int i = 0; i < 5; i++) {
            Dispatch cool = script.invoke("cool" + i).key("hot").dispatched();
            pins.add(cool.flight().sent().instanceId() + cool.flight().sent().containerId());
            script.succeeds(cool, "c0");
        }
        assertThat(pins).containsExactly(first.flight().sent().instanceId() + "c0");
    }

    @Test
    @Tag("R15")
    void theOldContainerServesUntilOneOfTheNewVersionIsReady() {
        script.function(KEEP_OLD, 1, false);
        Dispatch first = pinned("k");
        script.function(KEEP_OLD, 2, false);
        Dispatch old = script.invoke("b").key("k").dispatched();
        assertThat(old.flight().sent().version().revision()).isEqualTo(1);
        assertThat(old.order().successor().revision()).isEqualTo(2);
        script.succeeds(old, "c-k");
        String instance = first.flight().sent().instanceId();
        script.instance(
                instance,
                first.flight().sent().epoch(),
                InstanceView.State.LIVE,
                4,
                Map.of(InstanceView.warmKey("t", "f", 2), new WarmSets.Count(1, 1)));
        Dispatch fresh = script.invoke("c").key("k").dispatched();
        assertThat(fresh.flight().sent().version().revision()).isEqualTo(2);
        assertThat(fresh.flight().sent().instanceId()).isEqualTo(instance);
        assertThat(fresh.order().successor()).isNull();
    }

    @Test
    @Tag("R15")
    void theOldVersionDoesNotServeForEver() {
        script.function(KEEP_OLD, 1, false);
        pinned("k");
        script.function(KEEP_OLD, 2, false);
        script.succeeds(script.invoke("b").key("k").dispatched(), "c-k");
        script.nowMs += RouterLimits.defaults().oldVersionMs();
        assertThat(script.invoke("c")
                        .key("k")
                        .dispatched()
                        .flight()
                        .sent()
                        .version()
                        .revision())
                .isEqualTo(2);
    }

    @Test
    void anAsynchronousFailureIsRetriedWithBackoffAndThenDeadLettered() {
        script.instances(1, 4);
        List<RouterAction> actions = script.invoke("a").key("k").arrives();
        for (int retry = 0; retry < 2; retry++) {
            Dispatch sent = dispatches(actions).get(0);
            actions = script.fails(sent, "c1");
            Hold held = only(actions, Hold.class);
            long backoffMs = held.flight().notBeforeMs() - script.nowMs;
            assertThat(backoffMs).isBetween(750L << retry, 1_250L << retry);
            assertThat(script.fails(sent, "c1")).isEmpty();
            actions = script.after(backoffMs);
        }
        Complete last = only(script.fails(dispatches(actions).get(0), "c1"), Complete.class);
        assertThat(last.deadLetter()).isTrue();
        assertThat(last.flight().attempt()).isEqualTo(3);
    }

    @Test
    void aSynchronousFailureIsTheCallersToHear() {
        script.instances(1, 4);
        Dispatch sent = script.invoke("a").key("k").sync().dispatched();
        assertThat(only(script.fails(sent, "c1"), Complete.class).deadLetter()).isFalse();
    }

    @Test
    @Tag("R19")
    void whatWouldHappenNowIsSaidAndChangesNothing() {
        pinned("k");
        Request asked = script.invoke("?").key("k").dispatched().flight().request();
        for (int i = 0; i < 3; i++) {
            assertThat(script.core.explain(asked, script.nowMs).decision().reason())
                    .isEqualTo("wait");
        }
        assertThat(script.core.inFlight()).isEqualTo(1);
    }

    /** A key that has run once in container {@code c-<key>} on one of two instances. */
    private Dispatch pinned(String key) {
        script.instances(2, 4);
        Dispatch first = script.invoke("first-" + key).key(key).dispatched();
        script.succeeds(first, "c-" + key);
        return first;
    }
}
