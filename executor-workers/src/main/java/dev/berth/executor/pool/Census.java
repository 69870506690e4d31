package dev.berth.executor.pool;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many containers there are in each state.
 *
 * @param counts by the words of {@link #STATES}; those of which there are none may be missing
 */
public record Census(Map<String, Integer> counts) {
    /** All states, as people say them. */
    public static final List<String> STATES = List.of(
            "planned", "creating", "starting", "prewarmed", "specialising", "idle", "paused", "busy", "removing");

    /** Of no containers. */
    public static final Census NONE = new Census(Map.of());

    public Census {
        counts = Map.copyOf(counts);
    }

    /** How many are in a state. */
    public int of(String state) {
        return counts.getOrDefault(state, 0);
    }

    static Census of(Collection<Container> containers) {
        Map<String, Integer> counts = new HashMap<>();
        containers.forEach(container -> counts.merge(word(container.state), 1, Integer::sum));
        return new Census(counts);
    }

    private static String word(ContainerState state) {
        if (state instanceof ContainerState.Planned) {
            return "planned";
        } else if (state instanceof ContainerState.Creating) {
            return "creating";
        } else if (state instanceof ContainerState.Starting) {
            return "starting";
        } else if (state instanceof ContainerState.Prewarmed) {
            return "prewarmed";
        } else if (state instanceof ContainerState.Specialising) {
            return "specialising";
        } else if (state instanceof ContainerState.Idle idle) {
            return idle.paused() ? "paused" : "idle";
        } else if (state instanceof ContainerState.Busy) {
            return "busy";
        } else {
            return "removing";
        }
    }
}
