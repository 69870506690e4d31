package dev.berth.gateway.live.core;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which keys are used most at present. Each use counts for less as it grows old. */
final class HotKeys {
    private static final double HALF_LIFE_MS = 20_000;
    /** A steady use of one a second has so many counts at a time: the sum of what is left of each. */
    private static final double COUNTS_AT_ONE_A_SECOND = HALF_LIFE_MS / 1_000 / Math.log(2);

    private final int most;
    private final Map<Name, Heat> heats = new HashMap<>();

    /** A key of a function. */
    record Name(String function, String key) {}

    /** How much a key is used. */
    record Hot(Name name, double perSecond) {}

    private static final class Heat {
        private double counts;
        private long atMs;

        private double at(long nowMs) {
            return counts * Math.pow(0.5, Math.max(0, nowMs - atMs) / HALF_LIFE_MS);
        }
    }

    /** @param most that are kept; the coolest half goes when there are more */
    HotKeys(int most) {
        this.most = most;
    }

    void used(Name name, long atMs) {
        Heat heat = heats.computeIfAbsent(name, first -> new Heat());
        heat.counts = heat.at(atMs) + 1;
        heat.atMs = Math.max(heat.atMs, atMs);
        if (heats.size() > most) {
            double middle = heats.values().stream()
                    .mapToDouble(each -> each.at(atMs))
                    .sorted()
                    .skip(most / 2)
                    .findFirst()
                    .orElse(0);
            heats.values().removeIf(each -> each != heat && each.at(atMs) <= middle);
        }
    }

    /** The hottest, with how often a second each is used. */
    List<Hot> top(int count, long nowMs) {
        return heats.entrySet().stream()
                .map(each -> new Hot(each.getKey(), each.getValue().at(nowMs) / COUNTS_AT_ONE_A_SECOND))
                .filter(hot -> hot.perSecond() >= 0.01)
                .sorted(Comparator.comparingDouble(Hot::perSecond)
                        .reversed()
                        .thenComparing(hot -> hot.name().function())
                        .thenComparing(hot -> hot.name().key()))
                .limit(count)
                .toList();
    }
}
