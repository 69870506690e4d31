package dev.berth.sim;

import java.util.Locale;

/** The results for people. */
final class SimTable {
    private SimTable() {}

    static String header(boolean loss) {
        return String.format(
                        Locale.ROOT,
                        "%-13s %-12s %7s %9s %10s %10s %8s %8s %9s %9s %9s %6s",
                        "policy",
                        "keep-alive",
                        "warm %",
                        "cold",
                        "delay ms",
                        "p99 delay",
                        "p50 slow",
                        "p99 slow",
                        "imbalance",
                        "pins mvd",
                        "memory GB",
                        "took s")
                + (loss ? "  extra cold % after the loss" : "");
    }

    static String row(SimResult r, Double extraPercent) {
        return String.format(
                        Locale.ROOT,
                        "%-13s %-12s %7.2f %9d %10.1f %10.0f %8.2f %8.2f %9.2f %9d %9.1f %6.1f",
                        r.policy(),
                        r.keepAlive(),
                        r.warmPercent(),
                        r.coldStarts(),
                        r.meanDelayMs(),
                        r.p99DelayMs(),
                        r.p50Slowdown(),
                        r.p99Slowdown(),
                        r.imbalance(),
                        r.pinsMoved(),
                        r.memoryGb(),
                        r.tookMs() / 1_000)
                + (extraPercent == null ? "" : String.format(Locale.ROOT, "  %+.1f", extraPercent));
    }
}
