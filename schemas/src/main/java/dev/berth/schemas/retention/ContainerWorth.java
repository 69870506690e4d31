package dev.berth.schemas.retention;

/**
 * What an idle container is worth keeping (REUSE): the cost that it is expected to save, for each megabyte and millisecond that
 * keeping it takes. An executor evicts the lowest first; nothing is removed while memory is free.
 *
 * <p>One for each instance; one owner.
 */
public final class ContainerWorth {
    /**
     * A container that is idle beside another idle one of its key is used only when that is busy too. Its own intervals, from the time
     * when it was needed, promise too much. 0.1 to 0.5 differ by half a point of warm starts at
     * most on the traces tried; 1 is up to three points worse.
     */
    private static final double SURPLUS = 0.3;
    /** A surplus container that was used once was made for a burst: it is not taken for a frequent one. */
    private static final double LEAST_SURPLUS_MS = 60_000;

    private double coldSumMs;
    private long colds;

    /** A container was started cold. */
    public void started(double coldMs) {
        coldSumMs += coldMs;
        colds++;
    }

    /**
     * Of the container that its key's next invocation will find: the most recently used idle one, where the key is pinned.
     *
     * @param rebuildMs a cold start, and the rebuilding of what the container holds
     * @param curve as the key's last dispatch told it
     * @param idleMs time since the key's last invocation
     */
    public double first(double rebuildMs, double memoryMb, ReuseCurve curve, double idleMs) {
        return cost(rebuildMs) / memoryMb * curve.perMs(idleMs);
    }

    /**
     * Of any other.
     *
     * @param ownIntervalMs mean time between its own uses; NaN if it was used once
     * @param ageMs since it was made
     */
    public double surplus(double rebuildMs, double memoryMb, double ownIntervalMs, double ageMs, double idleMs) {
        double interval = Double.isNaN(ownIntervalMs) ? Math.max(LEAST_SURPLUS_MS, ageMs) : ownIntervalMs;
        return SURPLUS * cost(rebuildMs) / (memoryMb * Math.max(1, Math.max(interval, idleMs)));
    }

    /**
     * A cold start disturbs whatever its own length: it takes memory from others. So each counts for half as any, for half as itself;
     * by its own length alone, few large containers push out many small ones. Not free: where large is also slow to start, as on a
     * made-up GPU trace, warm starts rise by 1.2 points and the mean delay by 7 %.
     */
    private double cost(double rebuildMs) {
        return rebuildMs + (colds == 0 ? 0 : coldSumMs / colds);
    }
}
