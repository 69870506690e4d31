package dev.berth.router.core;

import dev.berth.router.core.affinity.WarmSets;
import java.util.Map;

/**
 * What the router was last told of an instance.
 *
 * @param epoch under which it works now
 * @param slot its partition of the dispatch topic
 * @param state whether work may go there
 * @param slots how many invocations it runs at a time
 * @param memoryMb for its containers together
 * @param load when it last said
 * @param warm its containers by {@link #warmKey}
 */
public record InstanceView(
        String id,
        long epoch,
        int slot,
        State state,
        int slots,
        int memoryMb,
        Load load,
        Map<String, WarmSets.Count> warm) {
    /** What may be sent to an instance. */
    public enum State {
        /** Anything. */
        LIVE,
        /** Only what is pinned there. */
        DRAINING,
        /** Nothing: its epoch has ended. */
        GONE
    }

    /**
     * How busy an instance was.
     *
     * @param inFlight invocations running and queued there
     * @param usedMb memory that its containers hold, or are promised
     * @param idleMb memory that idle containers hold
     * @param saidMs when it said so, by its own clock
     */
    public record Load(int inFlight, double usedMb, double idleMb, long saidMs) {}

    public InstanceView {
        warm = Map.copyOf(warm);
    }

    /** Key of the warm set: containers of one revision of a function. */
    public static String warmKey(String tenant, String function, long revision) {
        return tenant + '/' + function + '/' + revision;
    }
}
