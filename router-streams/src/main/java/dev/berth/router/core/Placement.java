package dev.berth.router.core;

import dev.berth.router.core.Decision.Candidate;
import dev.berth.router.core.Decision.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * The rule that decides which instance serves an invocation.
 *
 * <ol>
 *   <li>The key's pin, if the epoch it was made under lives: its state is there.
 *   <li>Without a routing value: an instance with an idle container of the function, the least loaded of them.
 *   <li>Else the least loaded instance that takes new work, by invocations in flight per slot; ties go to the highest
 *       rendezvous hash of key and instance (Thaler and Ravishankar, 1998), so that a key falls on the same instance
 *       whichever router places it.
 * </ol>
 *
 * Which container of the instance serves is the executor's choice: it alone knows them.
 */
final class Placement {
    /** How many of the instances weighed go into the decision log. */
    private static final int LOGGED_CANDIDATES = 4;

    private Placement() {}

    /** Step 1: at the pin. */
    static Decision atPin(InstanceView target) {
        return new Decision(Reason.PINNED, List.of(new Candidate(target.id(), 0)));
    }

    /**
     * Steps 2 and 3: among all instances.
     *
     * @param spreadKey what the rendezvous hash is taken of: the routing key, or the invocation id without one
     * @param warmKey the function's revision, if any idle container of it will do; null if a routing value forbids that
     * @param excluded instances that have just bounced this invocation; used all the same if there are no others
     * @param inFlight invocations that are on an instance now, as far as the router knows
     * @param reason what to call step 3 in the log
     * @return empty if no instance takes new work
     */
    static Optional<Decision> anywhere(
            Collection<InstanceView> instances,
            String spreadKey,
            String warmKey,
            Set<String> excluded,
            ToIntFunction<InstanceView> inFlight,
            Reason reason) {
        List<InstanceView> live = instances.stream()
                .filter(instance -> instance.state() == InstanceView.State.LIVE)
                .toList();
        List<InstanceView> allowed =
                live.stream().filter(i -> !excluded.contains(i.id())).toList();
        List<InstanceView> open = allowed.isEmpty() ? live : allowed;
        if (open.isEmpty()) {
            return Optional.empty();
        }
        if (warmKey != null) {
            List<InstanceView> warm = open.stream()
                    .filter(i -> i.idle().getOrDefault(warmKey, 0) > 0 && inFlight.applyAsInt(i) < i.slots())
                    .toList();
            if (!warm.isEmpty()) {
                return Optional.of(leastLoaded(warm, spreadKey, inFlight, Reason.IDLE_CONTAINER));
            }
        }
        return Optional.of(leastLoaded(open, spreadKey, inFlight, reason));
    }

    private static Decision leastLoaded(
            List<InstanceView> open, String spreadKey, ToIntFunction<InstanceView> inFlight, Reason reason) {
        record Scored(Candidate candidate, long hash) {}
        List<Scored> scored = new ArrayList<>(open.size());
        for (InstanceView instance : open) {
            double score = (double) inFlight.applyAsInt(instance) / instance.slots();
            scored.add(new Scored(new Candidate(instance.id(), score), rendezvous(spreadKey, instance.id())));
        }
        scored.sort(Comparator.comparingDouble((Scored s) -> s.candidate.score())
                .thenComparing(Comparator.comparingLong(Scored::hash).reversed()));
        return new Decision(
                reason,
                scored.stream().limit(LOGGED_CANDIDATES).map(Scored::candidate).toList());
    }

    /** A well-mixed hash of the pair; the mixer is SplitMix64's finalizer (Steele, Lea and Flood, 2014). */
    static long rendezvous(String key, String instanceId) {
        long h = 31L * key.hashCode() + instanceId.hashCode();
        h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
        h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
        return h ^ (h >>> 31);
    }
}
