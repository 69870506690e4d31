package dev.berth.replay.core;

/** How many may go now, at a rate. A pause is not made up for: after one, at most a tenth of a second's worth goes at once. */
public final class Pace {
    private static final double BURST_SECONDS = 0.1;

    private final double perSecond;
    private final double most;
    private double ready = 1;
    private long lastNs;

    /**
     * @param perSecond 0 for no bound
     * @param nowNs on any clock that does not go back
     */
    public Pace(double perSecond, long nowNs) {
        this.perSecond = perSecond;
        this.most = Math.max(1, perSecond * BURST_SECONDS);
        this.lastNs = nowNs;
    }

    /** How many may go at this moment. */
    public int room(long nowNs) {
        if (perSecond <= 0) {
            return Integer.MAX_VALUE;
        }
        ready = Math.min(most, ready + (nowNs - lastNs) / 1e9 * perSecond);
        lastNs = nowNs;
        return (int) ready;
    }

    /** One went. */
    public void went() {
        ready--;
    }
}
