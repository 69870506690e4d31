package dev.berth.sim;

/**
 * What a run came to.
 *
 * @param ended invocations that were run: all, unless the simulator or a rule is wrong
 * @param warmPercent of the invocations found a container
 * @param meanDelayMs waiting and cold start
 * @param p50Slowdown (delay + service) / service, with at least 100 ms of service, at least 1
 * @param imbalance mean over the hours of the most loaded instance's work over the mean
 * @param memoryGb held by containers, mean over time
 * @param tookMs how long the simulation itself took
 */
public record SimResult(
        String policy,
        String keepAlive,
        long invocations,
        long ended,
        double warmPercent,
        long coldStarts,
        double meanDelayMs,
        double p99DelayMs,
        double p50Slowdown,
        double p99Slowdown,
        double imbalance,
        long pinsMoved,
        double memoryGb,
        double tookMs) {}
