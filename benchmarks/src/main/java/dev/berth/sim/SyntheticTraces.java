package dev.berth.sim;

import java.util.List;
import java.util.Random;

/** Made-up workloads, unlike those that the rule was first measured on: nothing is to be tuned to one trace. */
final class SyntheticTraces {
    static final List<String> NAMES = List.of("bursty", "gpu", "timers");

    private static final double HOUR_MS = 3_600_000;

    private SyntheticTraces() {}

    static Trace named(String name, long seed) {
        return switch (name) {
            case "bursty" -> bursty(new Random(seed));
            case "gpu" -> gpu(new Random(seed));
            case "timers" -> timers(new Random(seed));
            default ->
                throw new IllegalArgumentException("No made-up trace is called synthetic:" + name + "; there are "
                        + String.join(", ", NAMES) + ".");
        };
    }

    /** 600 functions that are silent for minutes, then called up to hundreds of times in seconds; six hours. */
    private static Trace bursty(Random random) {
        Trace.Builder builder = new Trace.Builder();
        for (int f = 0; f < 600; f++) {
            double silenceMs = logNormal(random, 8 * 60_000, 1);
            double calls = logNormal(random, 25, 1.2);
            double gapMs = logNormal(random, 150, 1);
            double serviceMs = logNormal(random, 300, 1.2);
            double memoryMb = Math.min(1_024, Math.max(96, logNormal(random, 170, 0.5)));
            double coldMs = 400 + Math.min(10_000, logNormal(random, 400, 1));
            for (double t = silenceMs * random.nextDouble(); t < 6 * HOUR_MS; t += exponential(random, silenceMs)) {
                int burst = (int) Math.min(400, 1 + exponential(random, calls));
                for (int i = 0; i < burst && t < 6 * HOUR_MS; i++) {
                    builder.add(t, "b" + f, capped(logNormal(random, serviceMs, 0.5)), memoryMb, coldMs);
                    t += exponential(random, gapMs);
                }
            }
        }
        return builder.build();
    }

    /** 300 models of 1 to 40 GB that take seconds to load, by a popularity that drifts; six hours. */
    private static Trace gpu(Random random) {
        Trace.Builder builder = new Trace.Builder();
        for (int m = 0; m < 300; m++) {
            double memoryMb = Math.min(40_960, Math.max(1_024, logNormal(random, 7_000, 0.9)));
            double coldMs = 2_000 + memoryMb * 0.8;
            double serviceMs = 300 + memoryMb * 0.08;
            double meanGapMs = 4_000 * Math.pow(1 + random.nextInt(300), 0.9);
            double phase = random.nextDouble() * 2 * Math.PI;
            double t = meanGapMs * random.nextDouble();
            while (t < 6 * HOUR_MS) {
                builder.add(t, "m" + m, capped(logNormal(random, serviceMs, 0.6)), memoryMb, coldMs);
                double drift = Math.exp(1.5 * Math.sin(2 * Math.PI * t / (3 * HOUR_MS) + phase));
                t += exponential(random, meanGapMs * drift);
            }
        }
        return builder.build();
    }

    /** 3,000 functions called by timers of 1 to 60 minutes, some with jitter, some twice in a row; six hours. */
    private static Trace timers(Random random) {
        Trace.Builder builder = new Trace.Builder();
        double[] periodsMin = {1, 2, 5, 5, 10, 15, 15, 30, 60, 60};
        for (int f = 0; f < 3_000; f++) {
            double periodMs = periodsMin[random.nextInt(periodsMin.length)] * 60_000;
            double jitterMs = random.nextInt(3) == 0 ? periodMs * 0.2 : 500;
            boolean pairs = random.nextInt(5) == 0;
            double serviceMs = logNormal(random, 400, 1.2);
            double memoryMb = Math.min(1_024, Math.max(96, logNormal(random, 170, 0.5)));
            double coldMs = 400 + Math.min(10_000, logNormal(random, 400, 1));
            for (double t = periodMs * random.nextDouble(); t < 6 * HOUR_MS; t += periodMs) {
                double at = t + jitterMs * random.nextDouble();
                builder.add(at, "t" + f, capped(logNormal(random, serviceMs, 0.4)), memoryMb, coldMs);
                if (pairs) {
                    builder.add(at + 200, "t" + f, capped(logNormal(random, serviceMs, 0.4)), memoryMb, coldMs);
                }
            }
        }
        return builder.build();
    }

    private static double capped(double serviceMs) {
        return Math.min(600_000, Math.max(1, serviceMs));
    }

    private static double logNormal(Random random, double median, double sigma) {
        return median * Math.exp(sigma * random.nextGaussian());
    }

    private static double exponential(Random random, double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }
}
