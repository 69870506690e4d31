package dev.berth.cli.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.Decision;
import dev.berth.schemas.DecisionAsk;
import dev.berth.schemas.DecisionInstance;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.DecisionReplica;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.TopicCatalogue;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class VerificationTest {
    private static final long FROM_MS = 1_700_000_000_000L;
    private static final long LATER_US = (FROM_MS + 600_000) * 1_000;

    private final Verification verification = new Verification(RuleSettings.defaults(), FROM_MS);

    @BeforeAll
    static void recordsMayBeBuilt() {
        TopicCatalogue.defaults();
    }

    @Test
    void whatTheRuleDecidesAgainIsTheSame() {
        verification.add(toThePin("a", 1));
        verification.add(toThePin("b", 1));

        assertThat(verification.same()).isEqualTo(2);
        assertThat(verification.differing()).isZero();
        assertThat(verification.faults()).isEmpty();
    }

    @Test
    void aLogThatWasTamperedWithDiffersAndSaysWhatTheRuleSaysNow() {
        Dispatch tampered = toThePin("a", 1);
        tampered.getDecision().setReason("cold-free");
        verification.add(tampered);
        Dispatch moved = toThePin("b", 1);
        moved.setInstanceId("i-2");
        moved.getDecision().setCandidates(List.of(new Candidate("i-2", 0.0, null)));
        verification.add(moved);

        assertThat(verification.differing()).isEqualTo(2);
        assertThat(verification.differences().get(0)).satisfies(difference -> {
            assertThat(difference.id()).isEqualTo("a");
            assertThat(difference.compared().reason()).isEqualTo("cold-free");
            assertThat(difference.compared().reasonNow()).isEqualTo("pin");
        });
        assertThat(verification.differences().get(1).compared().instanceNow()).isEqualTo("i-1");
        assertThat(verification.json().path("differences")).hasSize(2);
    }

    @Test
    void whatWasSeenAndTamperedWithDiffersToo() {
        Dispatch tampered = toThePin("a", 1);
        tampered.getDecision().getKey().getReplicas().get(0).setInFlight(1);
        verification.add(tampered);

        assertThat(verification.differing()).isEqualTo(1);
    }

    @Test
    void anInstanceThatIsNotTheBestCandidateIsAFault() {
        Dispatch dispatch = toThePin("a", 1);
        dispatch.setInstanceId("i-2");
        verification.add(dispatch);

        assertThat(verification.faults())
                .anySatisfy(fault -> assertThat(fault.what()).contains("i-2", "not the first"));
    }

    @Test
    void whatWasNotByTheRuleIsCountedByReason() {
        verification.add(notByRule("a", 1, "named"));
        verification.add(toThePin("b", 1));
        verification.add(notByRule("b", 1, "resent"));

        assertThat(verification.notByRule()).containsOnlyKeys("named", "resent");
        assertThat(verification.decisions()).isEqualTo(3);
        assertThat(verification.faults()).isEmpty();
    }

    @Test
    void oneAttemptDispatchedTwiceIsAFault() {
        verification.add(toThePin("a", 1));
        verification.add(toThePin("a", 1));

        assertThat(verification.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.id()).isEqualTo("a");
            assertThat(fault.what()).contains("attempt 1", "more than once");
        });
    }

    @Test
    void attemptsThatAreMissingAreFaultsInWhateverOrderTheOthersCome() {
        verification.add(toThePin("hole", 3));
        verification.add(toThePin("hole", 1));
        verification.add(toThePin("late", 2));
        verification.add(toThePin("whole", 2));
        verification.add(toThePin("whole", 1));

        assertThat(verification.faults())
                .extracting(Chains.Fault::id, Chains.Fault::what)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("hole", "attempt 2 is missing from the log"),
                        org.assertj.core.groups.Tuple.tuple("late", "attempt 1 is missing from the log"));
    }

    @Test
    void anInvocationFromBeforeTheStretchMayMissItsFirstAttempts() {
        Dispatch old = toThePin("old", 3);
        old.setPublishedUs((FROM_MS - 1_000) * 1_000);
        verification.add(old);

        assertThat(verification.faults()).isEmpty();
    }

    private static Dispatch notByRule(String id, int attempt, String reason) {
        Dispatch dispatch = toThePin(id, attempt);
        dispatch.getDecision().setReason(reason);
        dispatch.getDecision().setAsk(null);
        dispatch.getDecision().setKey(null);
        return dispatch;
    }

    /** A dispatch to the idle container at the pin of key k, as the router logs it. */
    private static Dispatch toThePin(String id, int attempt) {
        return Dispatch.newBuilder()
                .setInvocation(Invocation.newBuilder()
                        .setId(id)
                        .setFunction("f")
                        .setRoutingValue("k")
                        .build())
                .setAttempt(attempt)
                .setInstanceId("i-1")
                .setEpoch(1)
                .setRouterPartition(0)
                .setFunctionVersion("$LATEST")
                .setRevision(1)
                .setPublishedUs(LATER_US)
                .setRoutedUs(LATER_US + attempt)
                .setDecision(Decision.newBuilder()
                        .setReason("pin")
                        .setCandidates(List.of(new Candidate("i-1", 0.0, null)))
                        .setDecidedMs(FROM_MS)
                        .setAsk(DecisionAsk.newBuilder()
                                .setMemoryMb(128)
                                .setBusy("auto")
                                .build())
                        .setKey(DecisionKey.newBuilder()
                                .setPinInstanceId("i-1")
                                .setPinEpoch(1)
                                .setReplicas(List.of(new DecisionReplica("i-1", 1L, 1, 0, -1.0)))
                                .build())
                        .setInstances(List.of(DecisionInstance.newBuilder()
                                .setInstanceId("i-1")
                                .setEpoch(1)
                                .setSlots(8)
                                .setInFlight(0)
                                .setFreeMb(512)
                                .setIdleMb(0)
                                .build()))
                        .build())
                .build();
    }
}
