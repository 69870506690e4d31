package dev.berth.executor.logs;

/** How much a container may print: a token bucket. Told the time; one thread. */
final class ByteBudget {
    private final long perSecond;
    private final long most;
    private double bytes;
    private long atMs;

    ByteBudget(long perSecond, long most, long nowMs) {
        this.perSecond = perSecond;
        this.most = most;
        this.bytes = most;
        this.atMs = nowMs;
    }

    /** How many bytes may be taken now. */
    long left(long nowMs) {
        if (nowMs > atMs) {
            bytes = Math.min(most, bytes + (nowMs - atMs) / 1_000.0 * perSecond);
        }
        // A clock that was set back grants nothing, and goes on from there.
        atMs = nowMs;
        return (long) bytes;
    }

    void take(long taken) {
        bytes -= taken;
    }
}
