package dev.berth.router.core.affinity;

import java.util.Set;

/**
 * What an invocation asks of {@link AffinityRule}.
 *
 * @param memoryMb of its container
 * @param busy what to do when the key's containers are busy
 * @param keyed whether it has a routing value, whose state is worth waiting for before anything is known of what that takes
 * @param required whether only the pinned container will do, once there is one
 * @param deadlineMs when it must have started; {@link Double#POSITIVE_INFINITY} if never
 * @param maxContainers how many the key may have at a time
 * @param excluded instances that have just sent it back
 * @param busyAt instances that have just said that the key's containers there are busy; a new one may be made there
 */
public record Ask(
        double memoryMb,
        Busy busy,
        boolean keyed,
        boolean required,
        double deadlineMs,
        int maxContainers,
        Set<String> excluded,
        Set<String> busyAt) {
    /** What to do when the key's containers are busy. */
    public enum Busy {
        /** Whatever should be over sooner: the wait, or a cold start. */
        AUTO,
        /** Wait. */
        WAIT,
        /** Go elsewhere. */
        SPILL,
        /** Say so. */
        FAIL
    }

    public Ask {
        excluded = Set.copyOf(excluded);
        busyAt = Set.copyOf(busyAt);
    }

    /** The usual. */
    public static Ask of(double memoryMb) {
        return new Ask(
                memoryMb, Busy.AUTO, false, false, Double.POSITIVE_INFINITY, Integer.MAX_VALUE, Set.of(), Set.of());
    }

    /** The same, which has waited long enough. */
    public Ask spilling() {
        return new Ask(memoryMb, Busy.SPILL, keyed, required, deadlineMs, maxContainers, excluded, busyAt);
    }
}
