package dev.berth.router.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.affinity.Ask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;

/**
 * The core under random orders of everything that can happen: invocations published once or twice, at once or for later, more
 * or less urgent, and cancelled before they are seen, while they wait, while they run and after; results that come, come twice
 * or never, instances that die, come back and bounce, routers that restart with all or only the start of their changelog.
 */
@Tag("core")
class RouterCoreProperties {
    @Property(tries = 300)
    @Tag("R17")
    void everyInvocationEndsExactlyOnceAndNothingGoesToTheDead(@ForAll long seed) {
        World world = new World(seed);
        for (int step = 0; step < 400; step++) {
            world.step();
        }
        world.comeToRest();
        assertThat(world.ended.keySet()).isEqualTo(world.published);
        assertThat(world.ended.values()).containsOnly(1);
        assertThat(world.core.inFlight()).isZero();
        assertThat(world.cancelled).isSubsetOf(world.unwanted);
        world.everyPlaceOfALimitIsFree();
    }

    /** A fleet, its clients, and the wires between them, all driven by one seed. */
    private static final class World {
        private static final RouterLimits LIMITS = RouterLimits.defaults().withKeysInUse(2);
        /** How many of function {@code g} may run at a time. */
        private static final int LIMIT = 2;

        private static final List<Ask.Busy> BUSY = List.of(Ask.Busy.values());
        private final Random random;
        private RouterCore core = new RouterCore(LIMITS);
        private long nowMs = 1_000;
        private long lastEpoch;
        private int nextId;
        private long sequence;
        private final Set<String> published = new HashSet<>();
        private final Map<String, Integer> ended = new HashMap<>();
        private final Map<String, Request> requests = new HashMap<>();
        private final Set<String> unwanted = new HashSet<>();
        private final Set<String> cancelled = new HashSet<>();
        private final Map<String, Long> endedMs = new HashMap<>();
        private final Map<String, Long> liveEpochs = new HashMap<>();
        private final List<InFlight> running = new ArrayList<>();
        private final List<InFlight> ordered = new ArrayList<>();
        private final Map<String, InFlight> saved = new HashMap<>();
        private final Map<String, RouterAction.SavePin> savedPins = new HashMap<>();

        World(long seed) {
            random = new Random(seed);
            functions().forEach(this::tell);
        }

        private static List<RouterEvent> functions() {
            var version = new FunctionView.Version(FunctionView.LATEST, 1, 128, false);
            var rules = new FunctionView.Rules(LIMIT, false, false, 2, 1_000, 3_600_000);
            return List.of(
                    new RouterEvent.FunctionChanged(FunctionView.latestOnly("t", "f", 1)),
                    new RouterEvent.FunctionChanged(FunctionView.latestOnly("t", "g", version, rules)));
        }

        void step() {
            nowMs += random.nextInt(50);
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> publish("id" + nextId++);
                case 4 -> publish("id" + (nextId == 0 ? 0 : random.nextInt(nextId)));
                case 5, 6, 7 -> finishOne(Ending.SUCCEEDED);
                case 8 -> finishOne(Ending.BOUNCED);
                case 9 -> instanceComesOrGoes("i" + random.nextInt(4));
                case 10 -> tell(new RouterEvent.Tick());
                case 11 -> restart();
                case 12 -> cancel("id" + random.nextInt(nextId + 2));
                case 13 -> finishOne(Ending.FAILED);
                default -> throw new AssertionError();
            }
        }

        /** No more faults: the fleet is whole, every attempt that somebody waits for answers. */
        void comeToRest() {
            for (int i = 0; i < 4; i++) {
                if (!liveEpochs.containsKey("i" + i)) {
                    instanceComesOrGoes("i" + i);
                }
            }
            for (int round = 0; round < 200 && core.inFlight() > 0; round++) {
                nowMs += 20_000;
                liveEpochs.forEach((id, epoch) -> change(id, epoch, InstanceView.State.LIVE));
                tell(new RouterEvent.Tick());
                List<InFlight> answering = List.copyOf(running);
                running.clear();
                answering.forEach(flight -> result(flight, Ending.SUCCEEDED));
            }
        }

        /** Nothing has kept a place that it does not need. */
        void everyPlaceOfALimitIsFree() {
            // The last results may have said that their instances are full.
            nowMs += 1_000;
            liveEpochs.forEach((id, epoch) -> change(id, epoch, InstanceView.State.LIVE));
            for (int i = 0; i < LIMIT; i++) {
                Request probe = new Request(
                        "probe" + i, "t", "g", null, null, true, nowMs, 0, 2, Ask.Busy.AUTO, false, null, null);
                List<RouterAction> actions =
                        core.on(new RouterEvent.InvocationArrived(probe, sequence++, false), nowMs);
                assertThat(actions).anyMatch(RouterAction.Dispatch.class::isInstance);
            }
        }

        private void cancel(String id) {
            unwanted.add(id);
            tell(new RouterEvent.CancelAsked(id, "t", null));
        }

        private void publish(String id) {
            published.add(id);
            String value = id.hashCode() % 3 == 0 ? null : "k" + Math.floorMod(id.hashCode(), 7);
            String function = id.hashCode() % 4 == 0 ? "g" : "f";
            Terms terms = new Terms(
                    random.nextInt(3) == 0 ? nowMs + random.nextInt(2_000) : 0,
                    random.nextInt(3) - 1,
                    random.nextInt(3) == 0 ? random.nextInt(3) : null);
            Request request = requests.computeIfAbsent(id, first -> request(id, function, value, terms));
            tell(new RouterEvent.InvocationArrived(request, sequence++, false));
        }

        private Request request(String id, String function, String value, Terms terms) {
            return new Request(
                    id,
                    "t",
                    function,
                    null,
                    value,
                    random.nextInt(3) == 0,
                    nowMs,
                    0,
                    2,
                    BUSY.get(random.nextInt(BUSY.size())),
                    random.nextInt(5) == 0,
                    null,
                    null,
                    terms);
        }

        private void finishOne(Ending ending) {
            if (!running.isEmpty()) {
                InFlight flight = random.nextInt(4) == 0
                        ? running.get(random.nextInt(running.size()))
                        : running.remove(random.nextInt(running.size()));
                result(flight, ending);
            }
        }

        private void result(InFlight flight, Ending ending) {
            tell(new RouterEvent.ResultArrived(
                    flight.request().id(),
                    flight.attempt(),
                    flight.sent().instanceId(),
                    flight.sent().epoch(),
                    "c" + random.nextInt(3),
                    ending,
                    ending == Ending.BOUNCED && random.nextBoolean() ? RouterEvent.ResultArrived.BUSY : null,
                    null,
                    false,
                    false,
                    random.nextInt(100),
                    random.nextInt(2) * 300,
                    new InstanceView.Load(random.nextInt(5), 0, 0, nowMs),
                    nowMs * 1_000));
        }

        private void instanceComesOrGoes(String id) {
            Long epoch = liveEpochs.remove(id);
            if (epoch == null) {
                lastEpoch++;
                liveEpochs.put(id, lastEpoch);
                change(id, lastEpoch, InstanceView.State.LIVE);
            } else {
                // What ran there is never heard of again, or comes late, from an epoch that is over.
                running.removeIf(flight -> flight.isAt(id, epoch) && random.nextBoolean());
                change(id, epoch, InstanceView.State.GONE);
            }
        }

        private void change(String id, long epoch, InstanceView.State state) {
            tell(new RouterEvent.InstanceChanged(
                    new InstanceView(id, epoch, 0, state, 2, 512, new InstanceView.Load(0, 0, 0, nowMs), Map.of())));
        }

        /** A new process on the same topics: the dispatches may have got out, the memory of the old one is gone. */
        private void restart() {
            core = new RouterCore(LIMITS);
            functions().forEach(function -> core.on(function, nowMs));
            liveEpochs.forEach((id, epoch) -> core.on(
                    new RouterEvent.InstanceChanged(
                            new InstanceView(id, epoch, 0, InstanceView.State.LIVE, 2, 512, null, Map.of())),
                    nowMs));
            savedPins.values().forEach(s -> core.restorePin(s.tenant(), s.function(), s.routingValue(), s.pin()));
            saved.values().forEach(core::restoreFlight);
            endedMs.forEach((id, atMs) -> core.restoreDone(id, atMs, "t", "f", null));
            perform(core.restored(nowMs));
        }

        private void tell(RouterEvent event) {
            perform(core.on(event, nowMs));
            long limited = saved.values().stream()
                    .filter(flight ->
                            flight.isDispatched() && flight.request().function().equals("g"))
                    .count();
            assertThat(limited).isLessThanOrEqualTo(LIMIT);
            // An executor obeys now, later, or never: it may be gone.
            for (InFlight flight : List.copyOf(ordered)) {
                if (random.nextInt(3) > 0) {
                    ordered.remove(flight);
                    if (random.nextInt(4) > 0) {
                        running.removeIf(other -> isSame(other, flight));
                        result(flight, Ending.CANCELLED);
                    }
                }
            }
        }

        private static boolean isSame(InFlight one, InFlight other) {
            return one.request().id().equals(other.request().id()) && one.attempt() == other.attempt();
        }

        private void perform(List<RouterAction> actions) {
            for (RouterAction action : actions) {
                if (action instanceof RouterAction.Dispatch a) {
                    assertThat(liveEpochs)
                            .containsEntry(
                                    a.flight().sent().instanceId(),
                                    a.flight().sent().epoch());
                    assertThat(a.decision().instanceId())
                            .isEqualTo(a.flight().sent().instanceId());
                    assertThat(ended).doesNotContainKey(a.flight().request().id());
                    assertThat(nowMs)
                            .isGreaterThanOrEqualTo(a.flight().request().terms().notBeforeMs());
                    assertThat(a.flight().cancelled()).isFalse();
                    running.add(a.flight());
                    saved.put(a.flight().request().id(), a.flight());
                } else if (action instanceof RouterAction.Hold a) {
                    saved.put(a.flight().request().id(), a.flight());
                } else if (action instanceof RouterAction.Complete a) {
                    end(a.flight().request().id());
                } else if (action instanceof RouterAction.Reject a) {
                    end(a.flight().request().id());
                } else if (action instanceof RouterAction.Cancelled a) {
                    cancelled.add(a.flight().request().id());
                    end(a.flight().request().id());
                } else if (action instanceof RouterAction.EndAttempt a) {
                    assertThat(unwanted).contains(a.flight().request().id());
                    saved.put(a.flight().request().id(), a.flight());
                    ordered.add(a.flight());
                } else if (action instanceof RouterAction.Forget a) {
                    saved.remove(a.invocationId());
                } else if (action instanceof RouterAction.SavePin a) {
                    assertThat(liveEpochs)
                            .containsEntry(a.pin().instanceId(), a.pin().epoch());
                    savedPins.put(a.routingValue(), a);
                } else if (action instanceof RouterAction.Resend a) {
                    running.add(a.flight());
                }
            }
        }

        private void end(String id) {
            ended.merge(id, 1, Integer::sum);
            endedMs.put(id, nowMs);
            saved.remove(id);
        }
    }
}
