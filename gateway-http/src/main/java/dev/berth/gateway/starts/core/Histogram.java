package dev.berth.gateway.starts.core;

/** Times in buckets that are each 2 % wider than the one before: quantiles are right within that, whatever is counted. */
public final class Histogram {
    private static final double LOG_STEP = Math.log(1.02);
    // Up to some ten days.
    private static final int BUCKETS = 1_400;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private long maxUs;

    /** Counts a time in microseconds. */
    public void add(long us) {
        counts[bucket(us)]++;
        count++;
        maxUs = Math.max(maxUs, us);
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** The longest; 0 if there are none. */
    public long maxUs() {
        return maxUs;
    }

    /** The time within which this share of them is; 0 if there are none. */
    public double quantileUs(double share) {
        long rank = (long) Math.ceil(share * count);
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts[bucket];
            if (seen >= rank && seen > 0) {
                return Math.min(maxUs, Math.exp((bucket + 0.5) * LOG_STEP));
            }
        }
        return maxUs;
    }

    private static int bucket(long us) {
        return us <= 1 ? 0 : Math.min(BUCKETS - 1, (int) (Math.log((double) us) / LOG_STEP));
    }
}
