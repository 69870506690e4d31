package dev.berth.router.core.affinity;

/**
 * The constants of {@link AffinityRule}. On the Azure trace of 2019, a pin slack of 1 to 1.6, a cold slack of 1.2 to 2.5 and a patience
 * of 0.3 to 1 all stay within 0.2 points of warm starts; with a pin slack of 1 the fullest instance has the least work. The weights and
 * probes were not varied.
 *
 * @param pinSlack how far above the fleet's mean load an instance may be and still serve its pins first (step 1)
 * @param coldSlack how far above the mean it may be and still be given new containers (step 4)
 * @param patience the part of a cold start that an invocation waits for a busy container instead (step 3)
 * @param serviceWeight of the newest observation in a key's mean service time
 * @param coldWeight of the newest observation in a key's mean cost of a cold start
 * @param probes how many equally loaded instances step 4 compares: its cost does not grow with the fleet
 */
public record RuleSettings(
        double pinSlack, double coldSlack, double patience, double serviceWeight, double coldWeight, int probes) {

    /** Bounds of load as in consistent hashing with bounded loads (Mirrokni et al., 2018); patience as in ski rental. */
    public static RuleSettings defaults() {
        return new RuleSettings(1.0, 1.5, 0.5, 0.1, 0.2, 16);
    }
}
