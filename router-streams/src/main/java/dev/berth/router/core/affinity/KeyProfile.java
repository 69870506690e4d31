package dev.berth.router.core.affinity;

/**
 * How often a key's invocations come, as learned so far. By it, {@link ReuseModel} tells
 * which keys are alike.
 *
 * @param seen intervals seen
 * @param intervalMs their mean, the newer weighing more
 * @param deviationMs mean absolute deviation from it: small for what a timer calls
 */
public record KeyProfile(int seen, double intervalMs, double deviationMs) {
    /** Of a key that was invoked once at most. */
    public static final KeyProfile UNKNOWN = new KeyProfile(0, 0, 0);

    /** The least weight of a new interval: about the last ten count. */
    private static final double LEAST_WEIGHT = 0.2;

    /** What is known after one more interval. */
    public KeyProfile after(double newMs) {
        if (seen == 0) {
            return new KeyProfile(1, newMs, newMs / 2);
        }
        double weight = Math.max(LEAST_WEIGHT, 1.0 / (seen + 1));
        return new KeyProfile(
                Math.min(seen + 1, 1_000_000),
                intervalMs + weight * (newMs - intervalMs),
                deviationMs + weight * (Math.abs(newMs - intervalMs) - deviationMs));
    }
}
