package dev.berth.router.core.affinity;

/**
 * What invocations and cold starts take, as exponentially weighted means.
 *
 * <p>Kept for each function and for each key: a key's own are believed once they rest on enough.
 */
public final class LearnedCosts {
    /** Of a key's own observations, before they count more than its function's. */
    private static final int ENOUGH = 3;

    private final RuleSettings settings;
    private double serviceMs = Double.NaN;
    private double coldMs = Double.NaN;
    private double firstMs = Double.NaN;
    private double laterMs = Double.NaN;
    private int services;
    private int colds;

    /** Knows nothing yet. */
    public LearnedCosts(RuleSettings settings) {
        this.settings = settings;
    }

    /**
     * An invocation ran.
     *
     * @param tookMs its service time, without its container's start
     * @param firstOfKey whether the container had not served its key before
     */
    public void served(double tookMs, boolean firstOfKey) {
        serviceMs = mean(serviceMs, tookMs, settings.serviceWeight());
        services++;
        if (firstOfKey) {
            firstMs = mean(firstMs, tookMs, settings.serviceWeight());
        } else {
            laterMs = mean(laterMs, tookMs, settings.serviceWeight());
        }
    }

    /** A container was started for an invocation. */
    public void started(double startMs) {
        coldMs = mean(coldMs, startMs, settings.coldWeight());
        colds++;
    }

    /** Takes over what another knew, such as before a restart; NaN where it knew nothing. */
    public void restore(double knownServiceMs, double knownColdMs, double knownRebuildMs) {
        serviceMs = knownServiceMs;
        services = Double.isNaN(knownServiceMs) ? 0 : ENOUGH;
        coldMs = knownColdMs;
        colds = Double.isNaN(knownColdMs) ? 0 : ENOUGH;
        laterMs = Double.isNaN(knownRebuildMs) ? Double.NaN : 0;
        firstMs = knownRebuildMs;
    }

    /** All that it knows. */
    public record Known(double serviceMs, double coldMs, double firstMs, double laterMs, int services, int colds) {}

    public Known known() {
        return new Known(serviceMs, coldMs, firstMs, laterMs, services, colds);
    }

    /** Takes over all that another knew. */
    public void restore(Known known) {
        serviceMs = known.serviceMs;
        coldMs = known.coldMs;
        firstMs = known.firstMs;
        laterMs = known.laterMs;
        services = known.services;
        colds = known.colds;
    }

    /** Mean service time; NaN before the first. */
    public double serviceMs() {
        return serviceMs;
    }

    /** Mean cost of a cold start; NaN before the first. */
    public double coldMs() {
        return coldMs;
    }

    /**
     * What a key's first invocation in a warm container takes more than the next ones, since it must make there what the key's
     * others find; NaN if not learned.
     */
    public double rebuildMs() {
        return Math.max(0, firstMs - laterMs);
    }

    double serviceMsOr(LearnedCosts function) {
        return services >= ENOUGH || Double.isNaN(function.serviceMs) ? serviceMs : function.serviceMs;
    }

    double coldMsOr(LearnedCosts function) {
        return colds >= ENOUGH || Double.isNaN(function.coldMs) ? coldMs : function.coldMs;
    }

    private static double mean(double mean, double value, double weight) {
        return Double.isNaN(mean) ? value : mean + weight * (value - mean);
    }
}
