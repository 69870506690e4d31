package dev.berth.router.core;

import java.util.Map;

/**
 * What the router was last told of an instance.
 *
 * @param epoch under which it works now
 * @param slot its partition of the dispatch topic
 * @param state whether work may go there
 * @param slots how many invocations it runs at a time
 * @param memoryMb for its containers together
 * @param load invocations running and queued there when it last said
 * @param idle idle containers by {@link #warmKey}
 */
public record InstanceView(
        String id, long epoch, int slot, State state, int slots, int memoryMb, int load, Map<String, Integer> idle) {
    /** What may be sent to an instance. */
    public enum State {
        /** Anything. */
        LIVE,
        /** Only what is pinned there. */
        DRAINING,
        /** Nothing: its epoch has ended. */
        GONE
    }

    public InstanceView {
        idle = Map.copyOf(idle);
    }

    /** Key of the warm set: containers of one revision of a function. */
    public static String warmKey(String tenant, String function, long revision) {
        return tenant + '/' + function + '/' + revision;
    }

    InstanceView withLoad(int newLoad) {
        return new InstanceView(id, epoch, slot, state, slots, memoryMb, newLoad, idle);
    }
}
