package dev.berth.gateway.explain.core;

import static dev.berth.gateway.explain.core.Story.asking;
import static dev.berth.gateway.explain.core.Story.decision;
import static dev.berth.gateway.explain.core.Story.instance;
import static dev.berth.gateway.explain.core.Story.pinned;
import static dev.berth.gateway.explain.core.Story.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Decision;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.Successor;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("core")
class WordsTest {
    @Test
    void aWarmInvocationWentToItsPin() {
        String told = new Story()
                .dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1")
                .ran("c-1", Reuse.WARM, 0)
                .told();

        assertThat(told)
                .isEqualTo("Key ATL is pinned to container c-1 on instance i-1; it was idle, so the invocation went"
                        + " there. It waited 0.4 ms and ran 2.1 ms.");
    }

    @Test
    void anotherContainerOfTheKeyTookItSinceThePinWasBusy() {
        String told = new Story()
                .dispatched(pinned(decision("other-warm", "i-2"), "i-1", 1, 1), "c-2")
                .ran("c-2", Reuse.WARM, 0)
                .told();

        assertThat(told).contains("on instance i-1", "was busy", "another idle one of key ATL, c-2 on instance i-2");
    }

    @Test
    void anOverloadedPinIsSaidToHaveMoreToDoThanTheOthers() {
        Decision decision = pinned(decision("other-warm", "i-2"), "i-1", 2, 1);
        decision.setMeanInFlight(1.26);

        assertThat(new Story().dispatched(decision, "c-2").told())
                .contains("Instance i-1", "more to do than the others (2 in flight, the mean was 1.3)");
    }

    @Test
    void theFirstOfAKeyIsColdSinceNoContainerIsKnown() {
        String told = new Story()
                .dispatched(decision("cold-free", "i-1"), null, 1, dispatch -> dispatch.setFresh(true))
                .ran("c-1", Reuse.COLD, 120)
                .told();

        assertThat(told)
                .contains("Key ATL had no container yet", "first invocation", "no idle container of function flights")
                .contains("a new one, on instance i-1 (512 MB free)", "The key is pinned there now.")
                .contains("new container c-1", "took 120 ms to start", "ran 2.1 ms");
    }

    @Test
    void aColdStartSinceTheContainerWasRemovedSaysSo() {
        String told = new Story()
                .dispatched(pinned(decision("cold-free", "i-2"), "i-1", 0, 0), null, 1, dispatch -> {
                    dispatch.setFresh(true);
                    dispatch.setReplaced(true);
                })
                .ran("c-2", Reuse.REPLACED, 90)
                .told();

        assertThat(told)
                .contains("container that key ATL was pinned to, on instance i-1,", "was gone", "made room for others")
                .contains("It replaces the container that is gone: the key is pinned there now.")
                .contains("took 90 ms to start");
    }

    @Test
    void aColdStartInTakenMemorySaysSo() {
        assertThat(new Story()
                        .dispatched(decision("cold-evicting", "i-1"), null)
                        .told())
                .contains("in memory taken from idle containers there", "no instance had enough free");
    }

    @Test
    void anInvocationThatWaitedTellsWhatItWeighed() {
        String told = new Story()
                .dispatched(waiting(pinned(decision("wait", "i-1"), "i-1", 1, 1), 12.3, 350), "c-1")
                .ran("c-1", Reuse.WARM, 0)
                .told();

        assertThat(told)
                .contains(
                        "was busy", "expected wait was 12 ms", "a new one would have taken 350 ms", "it waited there");
    }

    @Test
    void whoAskedToWaitIsNotToldOfColdStarts() {
        assertThat(new Story()
                        .dispatched(
                                asking(waiting(pinned(decision("wait", "i-1"), "i-1", 1, 1), 5_000, 350), "wait"),
                                "c-1")
                        .told())
                .contains("asked to wait", "5 s")
                .doesNotContain("350");
    }

    @Test
    void aSpilledInvocationTellsWhyItDidNotWaitAndThatThePinStays() {
        String told = new Story()
                .dispatched(
                        waiting(pinned(decision("cold-free", "i-2"), "i-1", 1, 1), 2_140, 350), null, 1, dispatch -> {
                            dispatch.setFresh(true);
                            dispatch.setSpilled(true);
                            dispatch.setPrimary(false);
                        })
                .ran("c-2", Reuse.SPILLED, 110)
                .told();

        assertThat(told)
                .contains("container of key ATL was busy", "expected wait, 2.1 s", "longer", "350 ms")
                .contains("on instance i-2", "pin stays where it was");
    }

    @Test
    void whoAskedToSpillDidNotWait() {
        Decision decision = asking(pinned(decision("function-warm", "i-2"), "i-1", 1, 1), "spill");
        assertThat(new Story()
                        .dispatched(decision, null, 1, dispatch -> {
                            dispatch.getInvocation().setBusyPolicy(BusyPolicy.SPILL);
                            dispatch.setFresh(true);
                        })
                        .told())
                .contains(
                        "asked not to wait",
                        "idle container of function flights on instance i-2",
                        "not served the key");
    }

    @Test
    void whoWasSentBackBusyHadWaitedLongEnough() {
        String told = new Story()
                .dispatched(waiting(pinned(decision("wait", "i-1"), "i-1", 1, 1), 12, 350), "c-1")
                .came(ResultStatus.BOUNCED, "Busy")
                .dispatched(asking(pinned(decision("cold-free", "i-2"), "i-1", 1, 1), "spill"), null)
                .ran("c-2", Reuse.COLD, 100)
                .told();

        assertThat(told)
                .contains("Attempt 1: ", "Instance i-1 sent it back: the container was busy for longer")
                .contains("Attempt 2: ", "had waited for them long enough", "Then it succeeded.");
    }

    @Test
    void aLostInstanceIsTheReasonForTheNextAttempt() {
        Decision again = pinned(decision("cold-free", "i-2"), "i-1", 0, 0);
        again.setInstances(List.of(instance("i-2", 1)));
        String told = new Story()
                .dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1")
                .came(ResultStatus.UNKNOWN, "InstanceLost")
                .dispatched(again, null, 900, dispatch -> dispatch.setReplaced(true))
                .ran("c-2", Reuse.REPLACED, 100)
                .told();

        assertThat(told)
                .contains("Instance i-1 was lost before it answered", "placed again")
                .contains(
                        "Attempt 2: Instance i-1, where key ATL was pinned, was lost, and the container there with it")
                .contains("It replaces the container that is gone");
    }

    @ParameterizedTest
    @CsvSource({"Gone, the container was gone", "Busy, was busy for longer", "Bounced, it had no room"})
    void anInstanceThatSentItBackSaysWhy(String errorType, String why) {
        assertThat(new Story()
                        .dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1")
                        .came(ResultStatus.BOUNCED, errorType)
                        .dispatched(decision("cold-free", "i-2"), null)
                        .ran("c-2", Reuse.COLD, 100)
                        .told())
                .contains("Instance i-1 sent it back", why);
    }

    @ParameterizedTest
    @CsvSource({
        "TooManyRequestsException, It was throttled",
        "ReservedConcurrencyExceeded, It was throttled",
        "PinBusyException, It was refused",
        "PinGoneException, It was refused",
        "DeadlineExceeded, It was too late",
        "ResourceNotFoundException, It was refused"
    })
    void aRefusalSaysWhatItWasAndWhatTheRouterSaidOfIt(String errorType, String what) {
        assertThat(new Story()
                        .refused(errorType, "Flights may run 1 at a time, and does. Try again later.")
                        .told())
                .startsWith(what)
                .contains(": Flights may run 1 at a time, and does. Try again later.", "It ran nowhere.")
                .doesNotContain("dead letters");
    }

    @Test
    void anAsynchronousRefusalLiesAmongTheDeadLetters() {
        assertThat(new Story()
                        .asynchronous()
                        .refused("EventAgeExceeded", "It waited 9 s.")
                        .told())
                .contains("too late", "dead letters");
    }

    @Test
    void retriesAndTheDeadLetterAreTold() {
        Story story = new Story().asynchronous();
        String told = story.dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1")
                .came(ResultStatus.FUNCTION_ERROR, "ValueError")
                .dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1", 1_002, dispatch -> {})
                .came(ResultStatus.FUNCTION_ERROR, "ValueError")
                .failed(OutcomeStatus.DEAD_LETTERED, "ValueError", "as I was told")
                .told();

        assertThat(told)
                .contains("It failed there (ValueError). As nobody waits for it, it was run again 1 s later.")
                .contains("given up after 2 attempts", "dead letters: ValueError: as I was told.");
    }

    @Test
    void aNamedContainerIsWhereItWent() {
        assertThat(new Story()
                        .dispatched(
                                decision("named", "i-1"),
                                "c-9",
                                1,
                                dispatch -> dispatch.getInvocation().setContainerId("c-9"))
                        .told())
                .contains("asked for container c-9", "instance i-1", "in no other");
        assertThat(new Story()
                        .dispatched(
                                decision("named", "i-1"),
                                "c-9",
                                1,
                                dispatch -> dispatch.getInvocation().setSameContainerAs("id-0"))
                        .told())
                .contains("the container of invocation id-0", "container c-9");
    }

    @Test
    void aNamedContainerThatIsGoneIsToldWhereItMayRunElsewhere() {
        assertThat(new Story()
                        .dispatched(
                                decision("cold-free", "i-1"),
                                null,
                                1,
                                dispatch -> dispatch.getInvocation().setContainerId("c-9"))
                        .told())
                .contains("asked for container c-9, which is gone");
    }

    @Test
    void anOlderVersionThatRanIsSaid() {
        assertThat(new Story()
                        .dispatched(
                                pinned(decision("pin", "i-1"), "i-1", 1, 0),
                                "c-1",
                                1,
                                dispatch -> dispatch.setSuccessor(new Successor("$LATEST", 9L)))
                        .told())
                .contains("before the last deployment (revision 7) ran", "revision 9 was made ready");
    }

    @ParameterizedTest
    @CsvSource({"queue, least busy", "queue-warm, where key ATL had a container"})
    void aFullFleetMakesItQueue(String reason, String where) {
        assertThat(new Story().dispatched(decision(reason, "i-1"), null).told())
                .contains("Every instance had as much to do as it should take", "queued on instance i-1", where);
    }

    @Test
    void anOrderThatWasSentAgainIsNoAttempt() {
        Story story = new Story().dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1");
        String told = story.dispatched(decision("resent", "i-1"), "c-1", 50, dispatch -> {})
                .told();

        assertThat(told)
                .contains("is pinned", "sent the same order once more after a restart")
                .doesNotContain("Attempt");
        assertThat(story.account().attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.resent()).isEqualTo(1);
            assertThat(attempt.dispatch().orElseThrow().getDecision().getReason())
                    .isEqualTo("pin");
        });
    }

    @Test
    void oneThatIsNotOverSaysHowLong() {
        assertThat(new Story().told()).contains("published 3 s ago", "has not been sent");
        assertThat(new Story().dispatched(decision("cold-free", "i-1"), null).told())
                .contains("sent there 3 s ago, and no outcome is known yet");
    }

    @Test
    void aLongWaitForItsTurnIsSaid() {
        assertThat(new Story()
                        .dispatched(decision("cold-free", "i-1"), null, 3_200, dispatch -> {})
                        .told())
                .startsWith("It was dispatched 3.2 s after it was published");
    }

    @Test
    void whatWasFoundOnArrivalIsSaidWhereItIsNotWhatTheRouterThought() {
        assertThat(new Story()
                        .dispatched(pinned(decision("pin", "i-1"), "i-1", 1, 0), "c-1")
                        .ran("c-2", Reuse.REPLACED, 80)
                        .told())
                .contains("that container was gone", "c-2");
        assertThat(new Story()
                        .dispatched(decision("cold-free", "i-1"), null, 1, dispatch -> dispatch.setFresh(true))
                        .ran("c-2", Reuse.WARM, 0)
                        .told())
                .contains("an idle container was there after all", "c-2");
    }

    @Test
    void whatWouldHappenIsInTheConditional() {
        Subject key = new Subject("flights", "ATL");

        assertThat(Words.foreseen(key, pinned(decision("pin", "i-1"), "i-1", 1, 0), false))
                .containsExactly("Key ATL is pinned to instance i-1; it is idle, so the invocation would go there.");
        assertThat(Words.foreseen(key, decision("cold-free", "i-1"), false).get(0))
                .contains("would be its first", "would need a new one");
        assertThat(Words.held("no instance takes work.").get(0))
                .contains("would have to wait", "no instance takes work.");
    }

    @Test
    void withoutAKeyTheFunctionIsSpokenOf() {
        assertThat(Words.foreseen(new Subject("flights", null), decision("function-warm", "i-1"), false)
                        .get(0))
                .startsWith("It has no key")
                .contains("function flights");
        assertThat(Words.foreseen(new Subject("flights", null), pinned(decision("pin", "i-1"), "i-1", 1, 0), false)
                        .get(0))
                .startsWith("It has no key")
                .contains("instance i-1, is idle");
    }

    @Test
    void aDecisionReadBackFromItsJsonIsTheSame() {
        Decision decision = waiting(pinned(decision("wait", "i-1"), "i-1", 2, 1), 12.345678901, 350);
        decision.getAsk().setExcluded(List.of("i-3"));
        decision.getInstances().get(0).setRecent(Double.POSITIVE_INFINITY);

        assertThat(PlainJson.decision(PlainJson.of(decision))).isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, no time",
        "0.42, 0.4 ms",
        "2.06, 2.1 ms",
        "9.96, 10 ms",
        "119.6, 120 ms",
        "1000, 1 s",
        "2140, 2.1 s",
        "45400, 45 s",
        "600000, 10 min",
        "7200000, 2 h",
        "-3, no time"
    })
    void timesAreRoundedAsPeopleSayThem(double ms, String said) {
        assertThat(Spoken.ms(ms)).isEqualTo(said);
    }
}
