package dev.berth.bench.core;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a decision's cost and a pin's memory grow with keys and instances. Counts this thread's processor time, which other load on
 * the machine changes less than it changes the clock's; the collector and the compiler have threads of their own.
 */
public final class ScaleSweep {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
    private static final int BATCH = 1_000;

    private ScaleSweep() {}

    /**
     * One size.
     *
     * @param decisionNs processor time of an invocation placed and its result taken in
     * @param bytesPerKey of heap, with what the instances take
     */
    public record Point(int keys, int instances, double decisionNs, double bytesPerKey) {
        /** As many as one core decides. */
        public double perSecond() {
            return 1e9 / decisionNs;
        }
    }

    /**
     * Measures each pair of sizes.
     *
     * @param ms of processor time for each, after as much to warm up
     */
    public static List<Point> run(List<Integer> keys, List<Integer> instances, long ms, Consumer<String> progress) {
        // Of the smallest, so that no point pays for the compiler.
        decisionNs(new RoutedFleet(10_000, 10), 4 * ms);
        List<Point> points = new ArrayList<>();
        for (int fleet : instances) {
            for (int known : keys) {
                progress.accept(known + " keys on " + fleet + " instances");
                points.add(measure(known, fleet, ms));
            }
        }
        return points;
    }

    private static Point measure(int keys, int instances, long ms) {
        long beforeBytes = usedBytes();
        RoutedFleet fleet = new RoutedFleet(keys, instances);
        double bytesPerKey = (double) (usedBytes() - beforeBytes) / keys;
        decisionNs(fleet, ms);
        return new Point(fleet.keys(), instances, decisionNs(fleet, ms), bytesPerKey);
    }

    private static double decisionNs(RoutedFleet fleet, long ms) {
        long beganNs = THREADS.getCurrentThreadCpuTime();
        long spentNs = 0;
        long decisions = 0;
        while (spentNs < ms * 1_000_000) {
            for (int i = 0; i < BATCH; i++) {
                fleet.decide();
            }
            decisions += BATCH;
            spentNs = THREADS.getCurrentThreadCpuTime() - beganNs;
        }
        return (double) spentNs / decisions;
    }

    private static long usedBytes() {
        MEMORY.gc();
        return MEMORY.getHeapMemoryUsage().getUsed();
    }
}
