package dev.berth.router.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterAction.Complete;
import dev.berth.router.core.RouterAction.Dispatch;
import dev.berth.router.core.RouterAction.Forget;
import dev.berth.router.core.RouterAction.Hold;
import dev.berth.router.core.RouterAction.Reject;
import dev.berth.router.core.RouterAction.Resend;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.affinity.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a crash, and results of attempts that were given up, must not do; each was found by the simulation with faults. */
@Tag("core")
class RouterRestartTest {
    private RouterCore core = new RouterCore(RouterLimits.defaults());
    private long nowMs = 1_000_000;
    private long sequence;

    @Test
    @Tag("R17")
    void whatWasInFlightIsSentAgainSinceTheDispatchMayHaveBeenLost() {
        deploy(rules(-1, false));
        live("i1", 1, 4);
        InFlight sent = only(invoke("a", "k"), Dispatch.class).flight();
        restart();
        live("i1", 1, 4);
        core.restoreFlight(sent);
        assertThat(only(core.restored(nowMs), Resend.class).flight()).isEqualTo(sent);
    }

    @Test
    void newsThatComeBeforeAllIsGivenBackDoNotDecideWhatHasEnded() {
        InFlight held = only(invoke("a", "k"), Hold.class).flight();
        restart();
        core.restoreFlight(held);
        core.restoreDone("a", nowMs, "t", "f", null);
        nowMs += 60_000;
        assertThat(deploy(rules(-1, false))).isEmpty();
        assertThat(live("i1", 1, 4)).isEmpty();
        assertThat(core.restored(nowMs)).containsExactly(new Forget("a"));
    }

    @Test
    @Tag("R21")
    void newsThatComeBeforeAllIsGivenBackDoNotChangeTheOrderOfAKey() {
        deploy(rules(-1, true));
        live("i1", 1, 4);
        InFlight first = only(invoke("a", "k"), Dispatch.class).flight();
        InFlight second = only(invoke("b", "k"), Hold.class).flight();
        InFlight waiting = last(gone("i1", 1), Hold.class).flight();
        assertThat(waiting.request().id()).isEqualTo(first.request().id());
        restart();
        core.restoreFlight(waiting);
        core.restoreFlight(second);
        deploy(rules(-1, true));
        live("i1", 2, 4);
        core.restored(nowMs);
        assertThat(sentBy(tick())).containsExactly("a");
    }

    @Test
    void whatIsLostWithAnOldEpochDoesNotCountAgainstTheNewOne() {
        deploy(rules(-1, false));
        live("i1", 1, 1);
        List<InFlight> sent = new ArrayList<>();
        sent.add(only(invoke("a", "k"), Dispatch.class).flight());
        sent.add(last(invoke("b", "k"), Dispatch.class).flight());
        restart();
        deploy(rules(-1, false));
        live("i1", 2, 1);
        sent.forEach(core::restoreFlight);
        List<RouterAction> actions = new ArrayList<>(core.restored(nowMs));
        actions.addAll(tick());
        assertThat(sentBy(actions)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    @Tag("R21")
    void aLateResultDoesNotEndAnOrderedInvocationWhoseNextAttemptRuns() {
        deploy(rules(-1, true));
        live("i1", 1, 4);
        live("i2", 2, 4);
        InFlight first = only(invoke("a", "k"), Dispatch.class).flight();
        invoke("b", "k");
        InFlight again = last(gone(first.sent().instanceId(), first.sent().epoch()), Dispatch.class)
                .flight();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(end(first, Ending.SUCCEEDED)).isEmpty();
        List<RouterAction> ended = end(again, Ending.SUCCEEDED);
        assertThat(ended).anyMatch(Complete.class::isInstance);
        assertThat(sentBy(ended)).containsExactly("b");
    }

    @Test
    void aLateResultDoesNotMakeRoomInALimitThatIsStillUsed() {
        deploy(rules(1, false));
        live("i1", 1, 4);
        live("i2", 2, 4);
        InFlight first = only(invoke("a", "k"), Dispatch.class).flight();
        InFlight again = last(gone(first.sent().instanceId(), first.sent().epoch()), Dispatch.class)
                .flight();
        invoke("b", "other");
        assertThat(sentBy(end(first, Ending.SUCCEEDED))).isEmpty();
        assertThat(sentBy(end(again, Ending.SUCCEEDED))).containsExactly("b");
    }

    @Test
    void oneThatIsDueWhenTheOneBeforeItInLineEndsIsSentOnce() {
        deploy(rules(1, true));
        live("i1", 1, 4);
        InFlight running = only(invoke("x", "other"), Dispatch.class).flight();
        InFlight late = only(invoke("a", "k", nowMs + 500), Hold.class).flight();
        InFlight next = only(invoke("b", "k"), Hold.class).flight();
        restart();
        deploy(rules(1, true));
        live("i1", 1, 4);
        core.restoreFlight(running);
        core.restoreFlight(late);
        core.restoreFlight(next);
        nowMs += 1_000;
        core.restored(nowMs);
        assertThat(only(tick(), Reject.class).flight().request().id()).isEqualTo("a");
        assertThat(sentBy(end(running, Ending.SUCCEEDED))).containsExactly("b");
        invoke("c", "other");
        assertThat(sentBy(end(next.sentTo(running.sent(), false), Ending.SUCCEEDED)))
                .containsExactly("c");
    }

    private void restart() {
        core = new RouterCore(RouterLimits.defaults());
    }

    private static FunctionView.Rules rules(int concurrency, boolean ordered) {
        return new FunctionView.Rules(concurrency, ordered, false, 2, 1_000, 6 * 3_600_000L);
    }

    private List<RouterAction> deploy(FunctionView.Rules rules) {
        return tell(new RouterEvent.FunctionChanged(FunctionView.latestOnly(
                "t", "f", new FunctionView.Version(FunctionView.LATEST, 1, 128, false), rules)));
    }

    private List<RouterAction> invoke(String id, String value) {
        return invoke(id, value, 0);
    }

    private List<RouterAction> invoke(String id, String value, long deadlineMs) {
        Request request =
                new Request(id, "t", "f", null, value, false, nowMs, deadlineMs, 2, Ask.Busy.AUTO, false, null, null);
        return tell(new RouterEvent.InvocationArrived(request, sequence++, false));
    }

    private List<RouterAction> end(InFlight flight, Ending ending) {
        return tell(new RouterEvent.ResultArrived(
                flight.request().id(),
                flight.attempt(),
                flight.sent().instanceId(),
                flight.sent().epoch(),
                "c1",
                ending,
                null,
                null,
                false,
                false,
                5,
                0,
                null,
                nowMs * 1_000));
    }

    private List<RouterAction> live(String id, long epoch, int slots) {
        return instance(id, epoch, InstanceView.State.LIVE, slots);
    }

    private List<RouterAction> gone(String id, long epoch) {
        return instance(id, epoch, InstanceView.State.GONE, 4);
    }

    private List<RouterAction> instance(String id, long epoch, InstanceView.State state, int slots) {
        return tell(new RouterEvent.InstanceChanged(new InstanceView(
                id, epoch, 0, state, slots, 1_024, new InstanceView.Load(0, 1_024, 0, nowMs), Map.of())));
    }

    private List<RouterAction> tick() {
        return tell(new RouterEvent.Tick());
    }

    private List<RouterAction> tell(RouterEvent event) {
        return core.on(event, nowMs);
    }

    private static List<String> sentBy(List<RouterAction> actions) {
        return actions.stream()
                .filter(Dispatch.class::isInstance)
                .map(action -> ((Dispatch) action).flight().request().id())
                .toList();
    }

    private static <T extends RouterAction> T only(List<RouterAction> actions, Class<T> type) {
        List<T> found =
                actions.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static <T extends RouterAction> T last(List<RouterAction> actions, Class<T> type) {
        List<T> found =
                actions.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).isNotEmpty();
        return found.get(found.size() - 1);
    }
}
