package dev.berth.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts what happens in a run. */
final class Metrics {
    private static final double HOUR_MS = 3_600_000;
    /** A short invocation's slowdown is taken as if it ran so long: else a millisecond of waiting would look like a disaster. */
    private static final double LEAST_SERVICE_MS = 100;

    private final Trace trace;
    private final int instances;
    private final double[] delayMs;
    private final List<double[]> work = new ArrayList<>();
    private double usedMb;
    private double usedSinceMs;
    private double mbMs;
    private int colds;
    private long ended;
    private final double endMs;
    private double[] coldAtMs = {};

    Metrics(Trace trace, int instances) {
        this.trace = trace;
        this.instances = instances;
        this.endMs = trace.endMs();
        this.delayMs = new double[trace.size()];
    }

    void started(Call call, boolean cold, double nowMs) {
        if (cold) {
            if (colds == coldAtMs.length) {
                coldAtMs = Arrays.copyOf(coldAtMs, Math.max(16, 2 * colds));
            }
            coldAtMs[colds++] = nowMs;
        }
        delayMs[call.row] = nowMs - call.arrivedMs + (cold ? call.coldMs : 0);
        int hour = (int) (nowMs / HOUR_MS);
        while (work.size() <= hour) {
            work.add(new double[instances]);
        }
        work.get(hour)[call.node.index] += call.serviceMs;
    }

    void ended() {
        ended++;
    }

    void memory(double mb, double nowMs) {
        // What happens after the last arrival is not part of the mean.
        double untilMs = Math.max(usedSinceMs, Math.min(nowMs, endMs));
        mbMs += usedMb * (untilMs - usedSinceMs);
        usedMb = mb;
        usedSinceMs = untilMs;
    }

    long coldsBetween(double fromMs, double toMs) {
        return Arrays.stream(coldAtMs, 0, colds)
                .filter(at -> at >= fromMs && at < toMs)
                .count();
    }

    SimResult result(SimConfig config, long pinsMoved, double tookMs) {
        memory(usedMb, endMs);
        int n = trace.size();
        double[] slowdown = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += delayMs[i];
            double service = trace.serviceMs(i);
            slowdown[i] = Math.max(1, (delayMs[i] + service) / Math.max(service, LEAST_SERVICE_MS));
        }
        double[] delays = delayMs.clone();
        Arrays.sort(delays);
        Arrays.sort(slowdown);
        return new SimResult(
                config.policy(),
                config.keepAlive(),
                n,
                ended,
                n == 0 ? 0 : 100.0 * (n - colds) / n,
                colds,
                n == 0 ? 0 : sum / n,
                at(delays, 0.99),
                at(slowdown, 0.5),
                at(slowdown, 0.99),
                imbalance(),
                pinsMoved,
                endMs == 0 ? 0 : mbMs / endMs / 1024,
                tookMs);
    }

    /** Mean over the trace's hours of the most loaded instance's work over the mean; hours that hardly began are left out. */
    private double imbalance() {
        double sum = 0;
        int hours = 0;
        for (int hour = 0; hour < work.size() && hour * HOUR_MS <= endMs; hour++) {
            boolean tail = hour > 0 && endMs - hour * HOUR_MS < HOUR_MS / 2;
            double total = Arrays.stream(work.get(hour)).sum();
            if (total > 0 && !tail) {
                sum += Arrays.stream(work.get(hour)).max().orElse(0) / (total / instances);
                hours++;
            }
        }
        return hours == 0 ? 1 : sum / hours;
    }

    private static double at(double[] sorted, double fraction) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * fraction))];
    }
}
