package dev.berth.router.core.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.affinity.AffinityDecision.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The rule under random lives of a fleet: every event may come in any order. */
@Tag("core")
class AffinityRuleProperties {
    private record Flight(int key, String instance, long epoch, boolean cold) {}

    @Property(tries = 300)
    void everyDecisionKeepsItsPromises(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int instances) {
        play(seed, instances, true);
    }

    @Property(tries = 50)
    void sameEventsGiveTheSameDecisions(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int instances) {
        assertThat(play(seed, instances, false)).isEqualTo(play(seed, instances, false));
    }

    @Property(tries = 100)
    void indexFindsWhatAScanWouldFind(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int instances) {
        Random random = new Random(seed);
        FleetLoad fleet = new FleetLoad();
        for (int i = 0; i < instances; i++) {
            fleet.instance("i" + i, 1, 1 + random.nextInt(8), 4_096, random.nextInt(5) > 0);
            double free = random.nextInt(4_096);
            fleet.reported("i" + i, 1, random.nextInt(10), free, random.nextInt(4_096 - (int) free), i, i);
        }
        double below = random.nextInt(10);
        double mb = random.nextInt(3_000);
        boolean evicting = random.nextBoolean();

        List<InstanceLoad> found = fleet.leastLoaded(random.nextLong(), below, mb, evicting, Set.of(), 16);

        List<InstanceLoad> fitting = fleet.all().stream()
                .filter(i -> i.open
                        && i.inFlight() < Math.min(below, i.slots())
                        && i.freeMb() + (evicting ? i.idleMb() : 0) >= mb)
                .toList();
        double least = fitting.stream().mapToDouble(InstanceLoad::perSlot).min().orElse(-1);
        assertThat(found).allMatch(i -> fitting.contains(i) && i.perSlot() == least);
        assertThat(found).hasSize((int)
                Math.min(16, fitting.stream().filter(i -> i.perSlot() == least).count()));
    }

    private static final Map<Long, String> NAMES = IntStream.range(0, 5)
            .mapToObj(i -> "k" + i)
            .collect(Collectors.toMap(Rendezvous::hash, Function.identity()));

    private static List<AffinityDecision> play(long seed, int instances, boolean check) {
        Random random = new Random(seed);
        RuleSettings settings = RuleSettings.defaults();
        AffinityRule rule = new AffinityRule(settings);
        ReuseModel model = new ReuseModel();
        FleetLoad fleet = new FleetLoad();
        KnownContainer[] boxes = new KnownContainer[30];
        Arrays.setAll(boxes, i -> new KnownContainer("c" + i));
        KeyState[] keys = new KeyState[5];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new KeyState("k" + i, settings);
            keys[i].runsTogether(1 + i % 3);
        }
        for (int i = 0; i < instances; i++) {
            fleet.instance("i" + i, 1, 1 + random.nextInt(4), 1_024, true);
        }
        List<Flight> flights = new ArrayList<>();
        List<AffinityDecision> decisions = new ArrayList<>();
        double nowMs = 0;
        for (int step = 0; step < 200; step++) {
            nowMs += random.nextInt(500);
            int kind = random.nextInt(10);
            if (kind < 5) {
                int k = random.nextInt(keys.length);
                keys[k].arrived(nowMs, model);
                Set<String> excluded = new HashSet<>();
                if (random.nextInt(4) == 0) {
                    excluded.add("i" + random.nextInt(instances));
                }
                Ask ask = new Ask(
                        64 + random.nextInt(512),
                        Ask.Busy.AUTO,
                        random.nextBoolean(),
                        false,
                        Double.POSITIVE_INFINITY,
                        1 + random.nextInt(10),
                        excluded,
                        Set.of());
                AffinityDecision decision = rule.decide(keys[k], fleet, IdleContainers.NONE, ask, nowMs);
                sameAgain(keys[k], fleet, ask, decision, nowMs);
                decisions.add(decision);
                if (check) {
                    check(decision, keys[k], fleet, ask, nowMs);
                }
                if (decision.instanceId() == null) {
                    continue;
                }
                long epoch = fleet.get(decision.instanceId()).epoch();
                if (decision.pins() != null) {
                    keys[k].pin(decision.pins(), epoch);
                }
                keys[k].sent(decision.instanceId(), epoch, decision.cold(), decision.cold() ? 900 : 0, nowMs);
                fleet.sent(decision.instanceId(), 0, decision.cold() ? ask.memoryMb() : 0, nowMs);
                flights.add(new Flight(k, decision.instanceId(), epoch, decision.cold()));
            } else if (kind < 8 && !flights.isEmpty()) {
                Flight flight = flights.remove(random.nextInt(flights.size()));
                if (random.nextInt(8) == 0) {
                    keys[flight.key].bounced(flight.instance, flight.epoch, flight.cold, nowMs);
                } else {
                    keys[flight.key].costs().served(random.nextInt(300), false);
                    keys[flight.key].costs().started(900);
                    keys[flight.key].ended(
                            flight.instance, flight.epoch, flight.cold, boxes[random.nextInt(boxes.length)], nowMs);
                }
                fleet.ended(flight.instance, flight.epoch, nowMs);
            } else if (kind == 8) {
                int gone = random.nextInt(boxes.length);
                boxes[gone].remove();
                boxes[gone] = new KnownContainer("c" + (step + 1) + '-' + gone);
            } else if (random.nextInt(4) == 0) {
                String lost = "i" + random.nextInt(instances);
                InstanceLoad known = fleet.get(lost);
                fleet.gone(lost);
                for (KeyState key : keys) {
                    key.lost(lost);
                }
                if (random.nextBoolean()) {
                    fleet.instance(lost, known == null ? 2 : known.epoch() + 1, 2, 1_024, random.nextInt(3) > 0);
                }
            }
        }
        return decisions;
    }

    /** What the log keeps of a decision is enough to come to it again. */
    private static void sameAgain(KeyState key, FleetLoad fleet, Ask ask, AffinityDecision decision, double nowMs) {
        String name = NAMES.get(key.hash);
        DecisionInput seen = DecisionInput.of(name, key, fleet, IdleContainers.NONE, ask, decision, nowMs);
        AffinityDecision again = seen.decideAgain(RuleSettings.defaults());
        assertThat(again.step()).isEqualTo(decision.step());
        assertThat(again.instanceId()).isEqualTo(decision.instanceId());
        assertThat(again.pins()).isEqualTo(decision.pins());
    }

    private static void check(AffinityDecision decision, KeyState key, FleetLoad fleet, Ask ask, double nowMs) {
        String chosen = decision.instanceId();
        if (chosen == null) {
            assertThat(decision.step()).isEqualTo(Step.REFUSED_NO_INSTANCE);
            assertThat(fleet.all()).noneMatch(i -> i.open && !ask.excluded().contains(i.id()));
            return;
        }
        InstanceLoad instance = fleet.get(chosen);
        assertThat(instance).isNotNull();
        assertThat(ask.excluded()).doesNotContain(chosen);
        assertThat(decision.pins()).isIn(null, chosen);
        KeyState.Replica replica = key.at(chosen, instance.epoch());
        switch (decision.step()) {
            case PIN, OTHER_WARM -> {
                assertThat(replica.idle()).isPositive();
                assertThat(instance.inFlight()).isLessThan(instance.slots());
            }
            case WAIT -> {
                assertThat(replica.busy()).isPositive();
                boolean known = !Double.isNaN(decision.waitMs()) && !Double.isNaN(key.coldMs());
                if (known && key.containers() < ask.maxContainers()) {
                    assertThat(decision.waitMs()).isLessThanOrEqualTo(key.coldMs() / 2);
                    assertThat(decision.waitUntilMs()).isBetween(nowMs, nowMs + key.coldMs());
                }
            }
            case COLD_FREE -> {
                assertThat(instance.open).isTrue();
                assertThat(instance.freeMb()).isGreaterThanOrEqualTo(ask.memoryMb());
                assertThat(instance.inFlight()).isLessThan(instance.slots());
            }
            case QUEUE_WARM -> assertThat(replica.containers()).isPositive();
            case COLD_EVICTING, QUEUE -> assertThat(instance.open).isTrue();
            case FUNCTION_WARM, REFUSED_BUSY, REFUSED_GONE, REFUSED_NO_INSTANCE -> throw new AssertionError(decision);
        }
    }
}
