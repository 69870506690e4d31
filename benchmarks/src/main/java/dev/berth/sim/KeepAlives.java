package dev.berth.sim;

import dev.berth.schemas.retention.ReuseCurve;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keep-alive policies by name. */
final class KeepAlives {
    static final List<String> NAMES = List.of("reuse", "reuse-plain", "lru", "ttl", "greedy-dual", "histogram");

    private KeepAlives() {}

    static KeepAlive named(String name, int keys) {
        return switch (name) {
            case "reuse" -> new Reuse(keys);
            case "reuse-plain" -> new PlainReuse(keys);
            case "lru" -> (box, nowMs) -> box.lastUsedMs;
            case "ttl" -> new Ttl();
            case "greedy-dual" -> new GreedyDual();
            case "histogram" -> new HybridHistogram(keys);
            default ->
                throw new IllegalArgumentException(
                        "No keep-alive policy is called " + name + "; there are " + String.join(", ", NAMES) + ".");
        };
    }

    /**
     * The formula that {@link Reuse} came from: {@code cost / (MB x max(interval, idle))}, where the interval is the key's mean for its
     * most recently used idle container, and the container's own for others.
     */
    static final class PlainReuse implements KeepAlive {
        private final double[] lastMs;
        private final double[] intervalMs;
        private final ArrayDeque<Box>[] idle;

        @SuppressWarnings({"unchecked", "rawtypes"})
        PlainReuse(int keys) {
            lastMs = new double[keys];
            intervalMs = new double[keys];
            Arrays.fill(lastMs, Double.NaN);
            Arrays.fill(intervalMs, Double.NaN);
            idle = new ArrayDeque[keys];
        }

        @Override
        public void arrived(int key, double nowMs, ReuseCurve curve) {
            if (!Double.isNaN(lastMs[key])) {
                double interval = nowMs - lastMs[key];
                intervalMs[key] =
                        Double.isNaN(intervalMs[key]) ? interval : intervalMs[key] + 0.2 * (interval - intervalMs[key]);
            }
            lastMs[key] = nowMs;
        }

        @Override
        public void idle(Box box, double nowMs) {
            if (idle[box.key] == null) {
                idle[box.key] = new ArrayDeque<>(2);
            }
            idle[box.key].addFirst(box);
        }

        @Override
        public void notIdle(Box box) {
            idle[box.key].remove(box);
        }

        @Override
        public double value(Box box, double nowMs) {
            boolean primary = idle[box.key].peekFirst() == box;
            double interval = primary ? keyIntervalMs(box.key) : ownIntervalMs(box, nowMs);
            return box.coldMs / (box.memoryMb * Math.max(1, Math.max(interval, nowMs - box.lastUsedMs)));
        }

        private double keyIntervalMs(int key) {
            return Double.isNaN(intervalMs[key]) ? 300_000 : intervalMs[key];
        }

        private static double ownIntervalMs(Box box, double nowMs) {
            return Double.isNaN(box.ownIntervalMs) ? Math.max(60_000, nowMs - box.createdMs) : box.ownIntervalMs;
        }
    }

    /** Ten minutes, as the providers do; under pressure, the least recently used. */
    static final class Ttl implements KeepAlive {
        @Override
        public double value(Box box, double nowMs) {
            return box.lastUsedMs;
        }

        @Override
        public double idleLimitMs(Box box, double nowMs) {
            return 600_000;
        }
    }

    /**
     * FaasCache's greedy-dual-size-frequency (Fuerst and Sharma, ASPLOS 2021): clock + frequency x cost / size, where the frequency
     * is the function's on that server and the clock is the priority of what was evicted last.
     */
    static final class GreedyDual implements KeepAlive {
        private record At(int node, int key) {}

        private final Map<At, Integer> frequency = new HashMap<>();

        @Override
        public void used(Box box, boolean cold, double nowMs) {
            int uses = frequency.merge(new At(box.node.index, box.key), 1, Integer::sum);
            box.priority = box.node.clock + uses * box.coldMs / box.memoryMb;
        }

        @Override
        public double value(Box box, double nowMs) {
            return box.priority;
        }

        @Override
        public void evicted(Box box, double value, double nowMs) {
            box.node.clock = Math.max(box.node.clock, value);
            if (box.node.boxesOf(box.key) == 1) {
                frequency.remove(new At(box.node.index, box.key));
            }
        }
    }
}
