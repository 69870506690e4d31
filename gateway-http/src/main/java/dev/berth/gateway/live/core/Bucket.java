package dev.berth.gateway.live.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import java.util.Map;
import java.util.TreeMap;

/** What ended in a few seconds: how it ended, how its container was come by, and how long it took. */
final class Bucket {
    /** Times lie in steps that are each an eighth of a doubling wide: the middle of one is within 5 % of all in it. */
    static final int STEPS_A_DOUBLING = 8;

    private final long number;
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final Map<String, Integer> reuse = new TreeMap<>();
    private final Map<Integer, Integer> starts = new TreeMap<>();
    private final Map<Integer, Integer> totals = new TreeMap<>();
    private long changed;

    /** @param number of the bucket since the epoch */
    Bucket(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    /** The change of the figures that this bucket had last. */
    long changed() {
        return changed;
    }

    void add(Ending ending, long change) {
        outcomes.merge(ending.status(), 1, Integer::sum);
        if (ending.reuse() != null) {
            reuse.merge(ending.reuse(), 1, Integer::sum);
        }
        if (ending.startUs() >= 0) {
            starts.merge(step(ending.startUs()), 1, Integer::sum);
        }
        if (ending.totalUs() >= 0) {
            totals.merge(step(ending.totalUs()), 1, Integer::sum);
        }
        changed = change;
    }

    /** The times are written as step, count, step, count and so on. */
    ObjectNode json() {
        ObjectNode json = Json.object().put("number", number);
        outcomes.forEach(json.putObject("outcomes")::put);
        reuse.forEach(json.putObject("reuse")::put);
        flat(starts, json.putArray("starts"));
        flat(totals, json.putArray("totals"));
        return json;
    }

    static int step(long us) {
        return us <= 1 ? 0 : (int) Math.floor(Math.log((double) us) / Math.log(2) * STEPS_A_DOUBLING);
    }

    private static void flat(Map<Integer, Integer> steps, ArrayNode json) {
        steps.forEach((step, count) -> json.add(step).add(count));
    }
}
