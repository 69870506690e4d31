package dev.berth.executor.pool;

import java.util.ArrayDeque;

/**
 * How many prewarmed containers of one configuration demand calls for.
 *
 * <p>The rule is the base-stock policy of inventory theory (Arrow, Harris and Marschak, "Optimal Inventory Policy",
 * Econometrica 19, 1951): what is taken is ordered anew at once, so the stock need only last for as long as an order takes. The
 * level is therefore the peak of what was wanted within the time that it takes to make a container, and at least within
 * {@value #LEAST_WINDOW_MS} ms, since what a fan-out wants comes spread over some hundred. The peak is kept for the time to live
 * after it was last reached and then halved, again and again, so that it follows a demand that ends. OpenWhisk's reactive
 * prewarming has the same three figures (minimum, maximum, time to live) with a level by the minute.
 */
final class Prewarming {
    private static final long LEAST_WINDOW_MS = 1_000;
    private static final double SMOOTHING = 0.2;

    final PrewarmRule rule;
    /** When containers were wanted, within the window; no more of them than are ever kept. */
    private final ArrayDeque<Long> wants = new ArrayDeque<>();

    private double makeMs;
    private int level;
    private long levelSinceMs;

    Prewarming(PrewarmRule rule) {
        this.rule = rule;
    }

    /** A job needs a container of this configuration that is not there yet, prewarmed or not. */
    void wanted(long nowMs) {
        expire(nowMs);
        wants.add(nowMs);
        if (wants.size() > rule.max()) {
            wants.remove();
        }
        decay(nowMs);
        if (wants.size() >= level) {
            level = wants.size();
            levelSinceMs = nowMs;
        }
    }

    /** One took so long to make. */
    void made(long tookMs) {
        makeMs += makeMs == 0 ? tookMs : SMOOTHING * (tookMs - makeMs);
    }

    /** How many there should be now. */
    int target(long nowMs) {
        expire(nowMs);
        decay(nowMs);
        return Math.max(rule.min(), Math.min(rule.max(), level));
    }

    private void expire(long nowMs) {
        double windowMs = Math.max(LEAST_WINDOW_MS, makeMs);
        while (!wants.isEmpty() && nowMs - wants.element() > windowMs) {
            wants.remove();
        }
    }

    private void decay(long nowMs) {
        while (level > 0 && nowMs - levelSinceMs >= rule.ttlMs()) {
            level /= 2;
            levelSinceMs += rule.ttlMs();
        }
    }
}
