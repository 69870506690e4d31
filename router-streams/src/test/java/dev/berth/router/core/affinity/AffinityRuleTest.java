package dev.berth.router.core.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.affinity.AffinityDecision.Step;
import dev.berth.router.core.affinity.Ask.Busy;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class AffinityRuleTest {
    private static final double SERVICE_MS = 100;
    private static final double COLD_MS = 1_000;

    private final RuleSettings settings = RuleSettings.defaults();
    private final AffinityRule rule = new AffinityRule(settings);
    private final FleetLoad fleet = new FleetLoad();
    private final KeyState key = new KeyState("acme/thumbnail/user-7", settings);
    private int containers;
    private double nowMs = 1_000_000;

    @Test
    void keyWithoutContainersStartsColdAndIsPinnedThere() {
        instances(3);

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.COLD_FREE);
        assertThat(decision.pins()).isEqualTo(decision.instanceId());
        assertThat(decision.candidates()).hasSize(3);
    }

    @Test
    @Tag("R1")
    void idlePinServes() {
        instances(3);
        warm("i1");

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.PIN);
        assertThat(decision.instanceId()).isEqualTo("i1");
        assertThat(decision.pins()).isNull();
    }

    @Test
    void overloadedPinYieldsToAnotherWarmContainerAndStaysThePin() {
        instances(3);
        warm("i1");
        container("i2");
        load("i1", 9);

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.OTHER_WARM);
        assertThat(decision.instanceId()).isEqualTo("i2");
        assertThat(decision.pins()).isNull();
    }

    @Test
    void aPinThatRunsSeveralAtATimeServesUntilItIsFull() {
        instances(3);
        warm("i1");
        key.runsTogether(2);
        load("i2", 9);
        send("i1", false);
        assertThat(decide(Ask.of(128)).step()).isEqualTo(Step.PIN);
        send("i1", false);

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.WAIT);
        assertThat(decision.waitMs()).isEqualTo(SERVICE_MS / 2);
    }

    @Test
    @Tag("R12")
    void shortWaitIsPreferredToAColdStartAndIsBounded() {
        instances(3);
        warm("i1");
        send("i1", false);

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.WAIT);
        assertThat(decision.instanceId()).isEqualTo("i1");
        assertThat(decision.waitMs()).isEqualTo(SERVICE_MS);
        assertThat(decision.waitUntilMs()).isEqualTo(nowMs + COLD_MS);
    }

    @Test
    @Tag("R18")
    void hotKeySplitsWhenTheWaitWouldCostMoreThanHalfAColdStart() {
        instances(3);
        warm("i1");
        for (int i = 0; i < 8; i++) {
            send("i1", false);
        }

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.COLD_FREE);
        assertThat(decision.instanceId()).isNotEqualTo("i1");
        assertThat(decision.waitMs()).isGreaterThan(COLD_MS / 2);
        assertThat(decision.pins()).isNull();
    }

    @Test
    void whoeverHasWaitedLongEnoughDoesNotWaitAgain() {
        instances(2);
        warm("i1");
        send("i1", false);

        assertThat(decide(Ask.of(128).spilling()).step()).isEqualTo(Step.COLD_FREE);
    }

    @Test
    @Tag("R12")
    void busyPoliciesAreHonoured() {
        instances(2);
        warm("i1");
        for (int i = 0; i < 8; i++) {
            send("i1", false);
        }

        assertThat(decide(ask(Busy.WAIT, false)).step()).isEqualTo(Step.WAIT);
        assertThat(decide(ask(Busy.WAIT, false)).waitUntilMs()).isEqualTo(nowMs + 60_000);
        assertThat(decide(ask(Busy.SPILL, false)).step()).isEqualTo(Step.COLD_FREE);
        assertThat(decide(ask(Busy.FAIL, false)).step()).isEqualTo(Step.REFUSED_BUSY);
    }

    @Test
    @Tag("R13")
    void requiredPinIsWaitedForOrItsLossIsSaid() {
        instances(2);
        warm("i1");
        container("i2");
        send("i1", false);

        assertThat(decide(ask(Busy.AUTO, true)).instanceId()).isEqualTo("i1");
        assertThat(decide(ask(Busy.AUTO, true)).step()).isEqualTo(Step.WAIT);

        fleet.gone("i1");
        key.lost("i1");

        assertThat(decide(ask(Busy.AUTO, true)).step()).isEqualTo(Step.REFUSED_GONE);
    }

    @Test
    @Tag("R13")
    void pinMovesOnceWhenItsInstanceIsLost() {
        instances(2);
        warm("i1");
        fleet.gone("i1");
        key.lost("i1");

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.instanceId()).isEqualTo("i2");
        assertThat(decision.pins()).isEqualTo("i2");
    }

    @Test
    void pinOfAnEndedEpochIsDead() {
        instances(2);
        warm("i1");
        fleet.instance("i1", 2, 16, 4_096, true);

        assertThat(decide(Ask.of(128)).step()).isEqualTo(Step.COLD_FREE);
    }

    @Test
    void freeMemoryIsTakenBeforeIdleContainersAreEvicted() {
        instances(2);
        fleet.reported("i1", 1, 0, 0, 4_096, nowMs, nowMs);
        load("i2", 1);

        assertThat(decide(Ask.of(128)).instanceId()).isEqualTo("i2");
        fleet.reported("i2", 1, 1, 100, 3_900, nowMs, nowMs);
        assertThat(decide(Ask.of(128)).step()).isEqualTo(Step.COLD_EVICTING);
        assertThat(decide(Ask.of(128)).instanceId()).isEqualTo("i1");
    }

    @Test
    void fullFleetQueuesAtTheLeastLoaded() {
        instances(2);
        load("i1", 17);
        load("i2", 16);

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.QUEUE);
        assertThat(decision.instanceId()).isEqualTo("i2");
    }

    @Test
    @Tag("R14")
    void fullFleetQueuesWhereTheKeyHasAContainer() {
        instances(2);
        warm("i1");
        load("i1", 17);
        load("i2", 16);

        AffinityDecision decision = decide(Ask.of(128));

        assertThat(decision.step()).isEqualTo(Step.QUEUE_WARM);
        assertThat(decision.instanceId()).isEqualTo("i1");
        assertThat(decision.cold()).isFalse();
    }

    @Test
    void instanceThatSentItBackIsNotChosenAgainNorOneThatDrains() {
        instances(3);
        fleet.instance("i3", 1, 16, 4_096, false);

        Ask ask = new Ask(
                128, Busy.AUTO, false, false, Double.POSITIVE_INFINITY, Integer.MAX_VALUE, Set.of("i1"), Set.of());

        assertThat(decide(ask).instanceId()).isEqualTo("i2");
    }

    @Test
    void emptyFleetIsSaid() {
        assertThat(decide(Ask.of(128)).step()).isEqualTo(Step.REFUSED_NO_INSTANCE);
    }

    private AffinityDecision decide(Ask ask) {
        return rule.decide(key, fleet, IdleContainers.NONE, ask, nowMs);
    }

    private Ask ask(Busy busy, boolean required) {
        return new Ask(128, busy, true, required, nowMs + 60_000, Integer.MAX_VALUE, Set.of(), Set.of());
    }

    private void instances(int count) {
        for (int i = 1; i <= count; i++) {
            fleet.instance("i" + i, 1, 16, 4_096, true);
        }
    }

    private void load(String instance, int load) {
        InstanceLoad known = fleet.get(instance);
        fleet.reported(instance, 1, load, known.freeMb(), known.idleMb(), nowMs, nowMs);
    }

    private void send(String instance, boolean cold) {
        key.sent(instance, 1, cold, cold ? key.coldMs() : 0, nowMs);
        fleet.sent(instance, 0, cold ? 128 : 0, nowMs);
    }

    private void container(String instance) {
        key.sent(instance, 1, true, key.coldMs(), nowMs);
        key.costs().served(SERVICE_MS, false);
        key.costs().started(COLD_MS);
        key.ended(instance, 1, true, new KnownContainer("c" + containers++), nowMs);
    }

    private void warm(String instance) {
        container(instance);
        key.pin(instance, 1);
    }
}
