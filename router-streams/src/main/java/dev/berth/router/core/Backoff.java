package dev.berth.router.core;

/** How long a failed invocation waits before it is run again. */
final class Backoff {
    private static final long MOST_MS = 3_600_000;

    private Backoff() {}

    /**
     * Doubles with each failure, up to an hour; up to a quarter more or less, so that what failed together does not come back
     * together. A function of invocation and attempt: a router that restarts comes to the same.
     */
    static long beforeRetry(InFlight flight, long firstMs) {
        long backoffMs = Math.min(MOST_MS, Math.max(1, firstMs) << Math.min(20, flight.failures()));
        double jitter = Math.floorMod(31 * flight.request().id().hashCode() + flight.attempt(), 1_000) / 1_000.0;
        return (long) (backoffMs * (0.75 + jitter / 2));
    }
}
