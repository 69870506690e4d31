package dev.berth.sim;

/**
 * One run.
 *
 * @param newsMs how late a router learns of what happens on an instance
 * @param lostAtMs when an instance dies; NaN for never
 * @param backAfterMs how long after that it comes back, empty; infinite for never
 */
public record SimConfig(
        int instances,
        int slots,
        double memoryMb,
        String policy,
        String keepAlive,
        double newsMs,
        long seed,
        double lostAtMs,
        double backAfterMs) {}
