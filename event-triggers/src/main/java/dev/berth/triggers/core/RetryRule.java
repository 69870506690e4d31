package dev.berth.triggers.core;

/**
 * When records that failed are tried again: after a wait that doubles with each failure, half of it by chance, so that what failed
 * together does not come back together ("equal jitter").
 *
 * @param maxRetries how often, at most
 * @param maxAgeMs not once the record is older than this
 * @param backoffMs before the first retry
 * @param seed of the chance
 */
public record RetryRule(int maxRetries, long maxAgeMs, long backoffMs, long seed) {
    private static final long MOST_MS = 5 * 60_000;

    /** How long to wait after so many failures of an invocation. */
    long waitMs(int failures, String id) {
        long doubled = backoffMs << Math.min(failures - 1, 30);
        long whole = doubled < backoffMs ? MOST_MS : Math.min(MOST_MS, doubled);
        long half = whole / 2;
        return whole - half + Math.floorMod(mixed(seed ^ id.hashCode()), half + 1);
    }

    /** Whether a record may be tried again then, after so many failures. */
    boolean allows(int failures, long timestampMs, long atMs) {
        return failures <= maxRetries && !isTooOld(timestampMs, atMs);
    }

    boolean isTooOld(long timestampMs, long atMs) {
        return atMs - timestampMs > maxAgeMs;
    }

    /** SplitMix64's last step: neighbouring numbers become unlike. */
    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
