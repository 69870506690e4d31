package dev.berth.gateway.live.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Invocations that were published and have not ended. The two are told by different topics, so an end may be heard of first.
 *
 * <p>Bounded: of more than it keeps, the oldest are forgotten, and {@link #cut} says so.
 */
final class Unfinished {
    private final int most;
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Map<String, Boolean> ended;
    private final Map<String, Integer> byFunction = new HashMap<>();
    private boolean cut;

    private record Open(String function, long notBeforeMs) {}

    Unfinished(int most) {
        this.most = most;
        this.ended = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > most;
            }
        };
    }

    /** @param notBeforeMs epoch milliseconds; 0 for at once */
    void published(String id, String function, long notBeforeMs) {
        if (ended.containsKey(id) || open.putIfAbsent(id, new Open(function, notBeforeMs)) != null) {
            return;
        }
        byFunction.merge(function, 1, Integer::sum);
        if (open.size() > most) {
            cut = true;
            remove(open.keySet().iterator().next());
        }
    }

    void ended(String id) {
        ended.put(id, true);
        remove(id);
    }

    /** How many there are of each function, those included that wait for their time. */
    Map<String, Integer> byFunction() {
        return new TreeMap<>(byFunction);
    }

    /** How many wait for their time. */
    int delayed(long nowMs) {
        return (int) open.values().stream()
                .filter(each -> each.notBeforeMs() > nowMs)
                .count();
    }

    /** Whether there are more than are known. */
    boolean cut() {
        return cut;
    }

    private void remove(String id) {
        Open gone = open.remove(id);
        if (gone != null) {
            byFunction.computeIfPresent(gone.function(), (function, count) -> count > 1 ? count - 1 : null);
        }
    }
}
