package dev.berth.router.core;

import static dev.berth.router.core.Script.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterAction.Complete;
import dev.berth.router.core.RouterAction.Dispatch;
import dev.berth.router.core.RouterAction.Hold;
import dev.berth.router.core.RouterAction.Reject;
import dev.berth.router.core.RouterAction.Resend;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.WarmSets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class RouterCoreTest {
    private final Script script = new Script();

    @BeforeEach
    void threeInstances() {
        live("i1", 1);
        live("i2", 2);
        live("i3", 3);
    }

    @Test
    @Tag("R1")
    void theSecondInvocationOfAKeyGoesToTheContainerOfTheFirst() {
        Dispatch first = dispatched(invoke("a", "k"));
        succeed(first, "c1");
        Dispatch second = dispatched(invoke("b", "k"));
        assertThat(second.flight().sent().instanceId())
                .isEqualTo(first.flight().sent().instanceId());
        assertThat(second.flight().sent().containerId()).isEqualTo("c1");
        assertThat(second.decision().reason()).isEqualTo("pin");
    }

    @Test
    @Tag("R17")
    void concurrentFirstInvocationsOfAKeyMakeOnePin() {
        Dispatch first = dispatched(invoke("a", "k"));
        Dispatch second = dispatched(invoke("b", "k"));
        assertThat(second.decision().reason()).isEqualTo("wait");
        assertThat(second.flight().sent().instanceId())
                .isEqualTo(first.flight().sent().instanceId());
        assertThat(script.core.pin("t", "f", "k").orElseThrow().instanceId())
                .isEqualTo(first.flight().sent().instanceId());
    }

    @Test
    @Tag("R2")
    void anUnknownKeyHasNoPin() {
        assertThat(script.core.pin("t", "f", "never-seen")).isEmpty();
    }

    @Test
    void newKeysSpreadOverTheInstances() {
        for (int i = 0; i < 24; i++) {
            invoke("id" + i, "k" + i);
        }
        assertThat(List.of("i1", "i2", "i3"))
                .allSatisfy(id -> assertThat(pinsAt(id)).isEqualTo(8));
    }

    @Test
    @Tag("R13")
    void aKeyWhoseInstanceIsLostIsPinnedOnceMoreAndSaysSo() {
        Dispatch first = dispatched(invoke("a", "k"));
        succeed(first, "c1");
        gone(first.flight().sent().instanceId(), first.flight().sent().epoch());
        Dispatch second = dispatched(invoke("b", "k"));
        assertThat(second.flight().sent().instanceId())
                .isNotEqualTo(first.flight().sent().instanceId());
        assertThat(second.flight().replaced()).isTrue();
        assertThat(dispatched(invoke("c", "k")).flight().sent().instanceId())
                .isEqualTo(second.flight().sent().instanceId());
    }

    @Test
    void theSameInstanceUnderANewEpochIsNotTheOldOne() {
        Dispatch first = dispatched(invoke("a", "k"));
        succeed(first, "c1");
        live(first.flight().sent().instanceId(), 9);
        assertThat(dispatched(invoke("b", "k")).flight().replaced()).isTrue();
    }

    @Test
    void workInFlightOnALostInstanceIsSentElsewhereAsTheNextAttempt() {
        Dispatch first = dispatched(invoke("a", "k"));
        Dispatch second = dispatched(
                gone(first.flight().sent().instanceId(), first.flight().sent().epoch()));
        assertThat(second.flight().attempt()).isEqualTo(2);
        assertThat(second.flight().past()).hasSize(1);
        assertThat(second.flight().sent().instanceId())
                .isNotEqualTo(first.flight().sent().instanceId());
    }

    @Test
    void anInvocationThatTakesInstancesDownWithItIsGivenUp() {
        List<RouterAction> actions = invoke("a", "k");
        for (int epoch = 10; epoch < 13; epoch++) {
            Dispatch sent = dispatched(actions);
            actions =
                    gone(sent.flight().sent().instanceId(), sent.flight().sent().epoch());
            live(sent.flight().sent().instanceId(), epoch);
        }
        Dispatch last = dispatched(actions);
        actions = gone(last.flight().sent().instanceId(), last.flight().sent().epoch());
        assertThat(only(actions, Reject.class).rejection().errorType()).isEqualTo("InstanceLost");
        assertThat(script.core.inFlight()).isZero();
    }

    @Test
    void theFirstResultWinsAndALaterOneIsIgnored() {
        Dispatch first = dispatched(invoke("a", "k"));
        Dispatch second = dispatched(
                gone(first.flight().sent().instanceId(), first.flight().sent().epoch()));
        assertThat(succeed(first, "zombie")).hasAtLeastOneElementOfType(Complete.class);
        assertThat(succeed(second, "c2")).isEmpty();
    }

    @Test
    void anInvocationPublishedTwiceIsRunOnce() {
        Dispatch first = dispatched(invoke("a", "k"));
        assertThat(only(invoke("a", "k"), Resend.class).flight().attempt()).isEqualTo(1);
        succeed(first, "c1");
        assertThat(invoke("a", "k")).isEmpty();
    }

    @Test
    void aBouncedInvocationGoesToAnotherInstance() {
        Dispatch first = dispatched(invoke("a", null));
        Dispatch second = dispatched(end(first, null, Ending.BOUNCED));
        assertThat(second.flight().sent().instanceId())
                .isNotEqualTo(first.flight().sent().instanceId());
    }

    @Test
    void anInvocationThatEveryoneBouncesWaitsAndIsThenRefused() {
        List<RouterAction> actions = invoke("a", null);
        for (int i = 0; i < 100 && !(actions.get(actions.size() - 1) instanceof Reject); i++) {
            if (actions.get(actions.size() - 1) instanceof Hold) {
                script.nowMs += 60_000;
                actions = script.tell(new RouterEvent.Tick());
            } else {
                actions = end(dispatched(actions), null, Ending.BOUNCED);
            }
        }
        assertThat(only(actions, Reject.class).rejection().errorType()).isEqualTo("TooManyRequestsException");
    }

    @Test
    void withoutAnInstanceAnInvocationWaitsForOne() {
        gone("i1", 1);
        gone("i2", 2);
        gone("i3", 3);
        assertThat(only(invoke("a", "k"), Hold.class).flight().isDispatched()).isFalse();
        assertThat(dispatched(live("i4", 4)).flight().sent().instanceId()).isEqualTo("i4");
    }

    @Test
    void anUnknownFunctionIsRefusedOnlyAfterItsNewsHadTimeToArrive() {
        assertThat(only(invoke("a", "nobody", "k"), Hold.class)).isNotNull();
        script.nowMs += 3_000;
        assertThat(only(script.tell(new RouterEvent.Tick()), Reject.class)
                        .rejection()
                        .errorType())
                .isEqualTo("ResourceNotFoundException");
    }

    @Test
    void aFunctionThatIsDeployedMeanwhileIsRun() {
        invoke("a", "late", "k");
        Dispatch sent =
                dispatched(script.tell(new RouterEvent.FunctionChanged(FunctionView.latestOnly("t", "late", 1))));
        assertThat(sent.flight().request().id()).isEqualTo("a");
    }

    @Test
    @Tag("R15")
    void aNewRevisionNeverRunsInTheContainerOfTheOld() {
        Dispatch first = dispatched(invoke("a", "k"));
        succeed(first, "c1");
        script.tell(new RouterEvent.FunctionChanged(FunctionView.latestOnly("t", "f", 2)));
        Dispatch second = dispatched(invoke("b", "k"));
        assertThat(second.flight().sent().containerId()).isNull();
        assertThat(second.flight().sent().version().revision()).isEqualTo(2);
    }

    @Test
    @Tag("R8")
    void withoutARoutingValueAnIdleContainerOfTheFunctionIsPreferred() {
        instance("i3", 3, InstanceView.State.LIVE, Map.of(InstanceView.warmKey("t", "f", 1), new WarmSets.Count(1, 1)));
        Dispatch sent = dispatched(invoke("a", null));
        assertThat(sent.flight().sent().instanceId()).isEqualTo("i3");
        assertThat(sent.decision().reason()).isEqualTo("function-warm");
    }

    @Test
    void aDrainingInstanceKeepsItsPinsAndTakesNoNewKeys() {
        Dispatch first = dispatched(invoke("a", "k"));
        String drained = first.flight().sent().instanceId();
        instance(drained, first.flight().sent().epoch(), InstanceView.State.DRAINING, Map.of());
        assertThat(dispatched(invoke("b", "k")).flight().sent().instanceId()).isEqualTo(drained);
        for (int i = 0; i < 10; i++) {
            assertThat(dispatched(invoke("n" + i, "n" + i)).flight().sent().instanceId())
                    .isNotEqualTo(drained);
        }
    }

    @Test
    void payloadsOverTheLimitAreRefusedAtOnce() {
        Request tooLarge = new Request(
                "a", "t", "f", null, "k", false, script.nowMs, 0, 1024 * 1024 + 1, Ask.Busy.AUTO, false, null, null);
        List<RouterAction> actions = script.tell(new RouterEvent.InvocationArrived(tooLarge, 0, false));
        assertThat(only(actions, Reject.class).rejection().errorType()).isEqualTo("RequestTooLargeException");
    }

    @Test
    void aRestoredRouterKnowsWhatWasInFlightAndWhatWasDone() {
        Dispatch sent = dispatched(invoke("a", "k"));
        RouterCore heir = new RouterCore(RouterLimits.defaults());
        heir.restoreFlight(sent.flight());
        heir.restoreDone("a", script.nowMs, "t", "f", "c1");
        assertThat(heir.restored(script.nowMs)).containsExactly(new RouterAction.Forget("a"));
        assertThat(heir.inFlight()).isZero();
    }

    private List<RouterAction> invoke(String id, String value) {
        return invoke(id, "f", value);
    }

    private List<RouterAction> invoke(String id, String function, String value) {
        return script.invoke(id).of("t", function).key(value).arrives();
    }

    private List<RouterAction> succeed(Dispatch dispatch, String container) {
        return end(dispatch, container, Ending.SUCCEEDED);
    }

    private List<RouterAction> end(Dispatch dispatch, String container, Ending ending) {
        return script.ends(dispatch, container, ending, null, false);
    }

    private List<RouterAction> live(String id, long epoch) {
        return instance(id, epoch, InstanceView.State.LIVE, Map.of());
    }

    private List<RouterAction> gone(String id, long epoch) {
        return script.gone(id, epoch);
    }

    private List<RouterAction> instance(
            String id, long epoch, InstanceView.State state, Map<String, WarmSets.Count> warm) {
        return script.instance(id, epoch, state, 4, warm);
    }

    private long pinsAt(String instance) {
        long count = 0;
        for (int i = 0; i < 24; i++) {
            if (script.core.pin("t", "f", "k" + i).orElseThrow().instanceId().equals(instance)) {
                count++;
            }
        }
        return count;
    }

    private static Dispatch dispatched(List<RouterAction> actions) {
        return only(actions, Dispatch.class);
    }
}
