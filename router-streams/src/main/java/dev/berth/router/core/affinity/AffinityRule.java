package dev.berth.router.core.affinity;

import dev.berth.router.core.affinity.AffinityDecision.Candidate;
import dev.berth.router.core.affinity.AffinityDecision.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides which instance serves an invocation of a key.
 *
 * <ol>
 *   <li>Its pin, if that is idle and its instance is not overloaded. Served first, it stays hot while other replicas of a key
 *       that has cooled go idle and are evicted.
 *   <li>Else another idle container of the key: the least loaded instance that has one (pull-based scheduling, as Hiku, without
 *       the pull).
 *   <li>Else wait for a busy container of the key, if that should cost no more than a part of a cold start, and no longer than
 *       a whole one (ski rental, Karlin et al., 1988). This failing is what splits a hot key.
 *   <li>Else, if the function's keys share containers, an idle one of the function that has not served the key. In the step before,
 *       what it takes to make the key's state anew there stands in for the cold start.
 *   <li>Else a new container: on the least loaded instance with room, free memory before memory to be had by eviction, bounded
 *       relative to the mean (Mirrokni et al., 2018). Of equals, the one that was less loaded in the last minutes, since it will
 *       be the key's home for a while (with rendezvous hash alone, the fullest instance had 1.46 times the mean work, with this
 *       1.31); then the highest rendezvous hash. If all are full, a queue.
 * </ol>
 *
 * A pin moves only when its instance has no container of the key left.
 */
public final class AffinityRule {
    /** How many of the instances weighed go into the decision log. */
    private static final int LOGGED = 4;

    /** How long the first invocations of a function wait for its first container: what either takes is not known yet. */
    private static final double UNKNOWN_MS = 1_000;

    private record Scored(InstanceLoad instance, double score, double recent, long hash) {}

    private static final Comparator<Scored> BEST = Comparator.comparingDouble(Scored::score)
            .thenComparingDouble(Scored::recent)
            .thenComparing(Comparator.comparingLong(Scored::hash).reversed());

    private final RuleSettings settings;

    public AffinityRule(RuleSettings settings) {
        this.settings = settings;
    }

    /**
     * Decides; changes nothing. The caller tells {@link KeyState} and {@link FleetLoad} what it then sent.
     *
     * @param idle containers of the function that its keys share
     */
    public AffinityDecision decide(KeyState key, FleetLoad fleet, IdleContainers idle, Ask ask, double nowMs) {
        InstanceLoad pinned = key.pinId() == null ? null : fleet.alive(key.pinId(), key.pinEpoch());
        if (pinned != null && ask.excluded().contains(pinned.id)) {
            pinned = null;
        }
        KeyState.Replica pin = pinned == null ? null : key.at(pinned.id, pinned.epoch);
        boolean required = ask.required() && key.pinId() != null;
        boolean must = required || ask.busy() == Ask.Busy.WAIT;
        if (required && (pin == null || pin.containers() == 0)) {
            return refused(Step.REFUSED_GONE, Double.NaN, key);
        }
        if (pin != null
                && pin.idle() > 0
                && !ask.busyAt().contains(pinned.id)
                && (must || pinned.inFlight() < pinBound(pinned, fleet))) {
            return chosen(Step.PIN, List.of(scored(pinned, pinned.perSlot(), key, nowMs)), key, pin);
        }
        if (!required) {
            List<Scored> warm = otherWarm(key, fleet, ask, nowMs);
            if (!warm.isEmpty()) {
                return chosen(Step.OTHER_WARM, warm, key, pin);
            }
        }
        return busyOrNone(key, fleet, idle, ask, pin, required, nowMs);
    }

    private double pinBound(InstanceLoad instance, FleetLoad fleet) {
        return Math.min(instance.slots, settings.pinSlack() * fleet.mean() + 1);
    }

    private static List<Scored> otherWarm(KeyState key, FleetLoad fleet, Ask ask, double nowMs) {
        List<Scored> warm = having(key, fleet, ask, false, Double.POSITIVE_INFINITY, nowMs);
        warm.removeIf(scored -> !scored.instance().hasSlot() || ask.busyAt().contains(scored.instance().id));
        return warm;
    }

    /** Where the key has containers that are idle, or any, the least loaded first. */
    private static List<Scored> having(
            KeyState key, FleetLoad fleet, Ask ask, boolean busyToo, double below, double nowMs) {
        List<Scored> warm = new ArrayList<>(2);
        for (KeyState.Replica replica : key.replicas()) {
            boolean counts = busyToo ? replica.containers() > 0 : replica.idle() > 0;
            InstanceLoad instance = counts ? fleet.alive(replica.instanceId, replica.epoch) : null;
            if (instance != null
                    && instance.inFlight() < below
                    && !ask.excluded().contains(instance.id)) {
                warm.add(scored(instance, instance.perSlot(), key, nowMs));
            }
        }
        warm.sort(BEST);
        return warm;
    }

    private AffinityDecision busyOrNone(
            KeyState key,
            FleetLoad fleet,
            IdleContainers idle,
            Ask ask,
            KeyState.Replica pin,
            boolean required,
            double nowMs) {
        boolean must = required || ask.busy() == Ask.Busy.WAIT;
        List<Scored> waits =
                ask.busy() == Ask.Busy.SPILL && !required ? List.of() : waits(key, fleet, ask, required, nowMs);
        double waitMs = waits.isEmpty() ? Double.NaN : waits.get(0).score();
        if (!waits.isEmpty() && ask.busy() == Ask.Busy.FAIL) {
            return refused(Step.REFUSED_BUSY, waitMs, key);
        }
        boolean atBound = key.containers() >= ask.maxContainers();
        boolean stays = atBound || (must && !waits.isEmpty());
        List<Scored> warm = stays ? List.of() : functionWarm(key, fleet, idle, ask, nowMs);
        double otherMs = warm.isEmpty() ? key.coldMs() : Double.isNaN(key.rebuildMs()) ? 0 : key.rebuildMs();
        boolean unknown = ask.keyed() && (Double.isNaN(waitMs) || Double.isNaN(otherMs));
        if (!waits.isEmpty() && (must || atBound || unknown || waitMs <= settings.patience() * otherMs)) {
            double boundMs = unknown ? UNKNOWN_MS : Math.max(otherMs, waitMs);
            double untilMs = must || atBound ? ask.deadlineMs() : Math.min(ask.deadlineMs(), nowMs + boundMs);
            return new AffinityDecision(Step.WAIT, candidates(waits), waitMs, key.coldMs(), untilMs, pinTo(waits, pin));
        }
        if (!warm.isEmpty()) {
            return new AffinityDecision(
                    Step.FUNCTION_WARM, candidates(warm), waitMs, key.coldMs(), 0, pinTo(warm, pin));
        }
        for (boolean evicting : atBound ? new boolean[0] : new boolean[] {false, true}) {
            List<Scored> places = places(key, fleet, ask, settings.coldSlack() * fleet.mean() + 1, evicting, nowMs);
            if (!places.isEmpty()) {
                Step step = evicting ? Step.COLD_EVICTING : Step.COLD_FREE;
                return new AffinityDecision(step, candidates(places), waitMs, key.coldMs(), 0, pinTo(places, pin));
            }
        }
        return queue(key, fleet, ask, pin, waitMs, nowMs);
    }

    /** Where an idle container of the function is: the least loaded. */
    private static List<Scored> functionWarm(
            KeyState key, FleetLoad fleet, IdleContainers idle, Ask ask, double nowMs) {
        List<Scored> warm = new ArrayList<>(2);
        for (String id : idle.instances()) {
            InstanceLoad instance = fleet.get(id);
            if (instance != null
                    && instance.open
                    && instance.hasSlot()
                    && idle.at(id) > 0
                    && !ask.excluded().contains(id)) {
                warm.add(scored(instance, instance.perSlot(), key, nowMs));
            }
        }
        warm.sort(BEST);
        return warm;
    }

    /** Where a busy container of the key could be waited for, soonest first. */
    private static List<Scored> waits(KeyState key, FleetLoad fleet, Ask ask, boolean required, double nowMs) {
        List<Scored> waits = new ArrayList<>(2);
        for (KeyState.Replica replica : key.replicas()) {
            InstanceLoad instance = replica.busy() > 0 ? fleet.alive(replica.instanceId, replica.epoch) : null;
            boolean allowed = !required || replica.instanceId.equals(key.pinId());
            if (instance != null && allowed && !ask.excluded().contains(instance.id)) {
                waits.add(scored(instance, replica.waitMs(nowMs, key.serviceMs()), key, nowMs));
            }
        }
        waits.sort(BEST);
        return waits;
    }

    private List<Scored> places(KeyState key, FleetLoad fleet, Ask ask, double below, boolean evicting, double nowMs) {
        List<InstanceLoad> least =
                fleet.leastLoaded(key.hash, below, ask.memoryMb(), evicting, ask.excluded(), settings.probes());
        List<Scored> places = new ArrayList<>(least.size());
        for (InstanceLoad instance : least) {
            places.add(scored(instance, instance.perSlot() + (evicting ? 1 : 0), key, nowMs));
        }
        places.sort(BEST);
        return places;
    }

    /**
     * All are above the bound, or full: where the key has a container, unless that instance is overloaded even so; else the least loaded that could ever hold one. A cold start would take of the slots that are short.
     */
    private AffinityDecision queue(
            KeyState key, FleetLoad fleet, Ask ask, KeyState.Replica pin, double waitMs, double nowMs) {
        List<Scored> warm = having(key, fleet, ask, true, settings.pinSlack() * fleet.mean() + 1, nowMs);
        if (!warm.isEmpty()) {
            return new AffinityDecision(Step.QUEUE_WARM, candidates(warm), waitMs, key.coldMs(), 0, pinTo(warm, pin));
        }
        List<Scored> places = places(key, fleet, ask, Double.POSITIVE_INFINITY, true, nowMs);
        if (places.isEmpty()) {
            places = places(
                    key,
                    fleet,
                    new Ask(0, ask.busy(), ask.keyed(), false, 0, ask.maxContainers(), ask.excluded(), ask.busyAt()),
                    Double.POSITIVE_INFINITY,
                    true,
                    nowMs);
        }
        if (places.isEmpty()) {
            return refused(Step.REFUSED_NO_INSTANCE, waitMs, key);
        }
        return new AffinityDecision(Step.QUEUE, candidates(places), waitMs, key.coldMs(), 0, pinTo(places, pin));
    }

    private static AffinityDecision chosen(Step step, List<Scored> best, KeyState key, KeyState.Replica pin) {
        return new AffinityDecision(step, candidates(best), Double.NaN, key.coldMs(), 0, pinTo(best, pin));
    }

    private static AffinityDecision refused(Step step, double waitMs, KeyState key) {
        return new AffinityDecision(step, List.of(), waitMs, key.coldMs(), 0, null);
    }

    /** The pin stays while a container of it lives. */
    private static String pinTo(List<Scored> best, KeyState.Replica pin) {
        return pin != null && pin.containers() > 0 ? null : best.get(0).instance().id;
    }

    private static Scored scored(InstanceLoad instance, double score, KeyState key, double nowMs) {
        return new Scored(instance, score, instance.recent(nowMs), Rendezvous.of(key.hash, instance.point));
    }

    private static List<Candidate> candidates(List<Scored> scored) {
        List<Candidate> candidates = new ArrayList<>(LOGGED);
        for (int i = 0; i < Math.min(LOGGED, scored.size()); i++) {
            candidates.add(
                    new Candidate(scored.get(i).instance().id, scored.get(i).score()));
        }
        return candidates;
    }
}
