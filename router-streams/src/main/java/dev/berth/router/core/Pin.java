package dev.berth.router.core;

import dev.berth.router.core.affinity.KeyProfile;
import java.util.List;

/**
 * Which container serves a routing key, and what has been learned of the key.
 *
 * @param instanceId where it is
 * @param epoch of the instance when the pin was made; the pin is dead once the instance's epoch is another
 * @param containerId null until the key's first result is in
 * @param revision of the function that the container runs
 * @param lastUsedMs when an invocation of the key was last routed, epoch milliseconds
 * @param learned what the key's invocations take and how often they come
 * @param others containers that serve the key beside this
 */
public record Pin(
        String instanceId,
        long epoch,
        String containerId,
        String version,
        long revision,
        long lastUsedMs,
        Learned learned,
        List<Other> others) {
    /**
     * What was learned of a key.
     *
     * @param serviceMs NaN if not learned, like coldMs and lastArrivalMs
     */
    public record Learned(double serviceMs, double coldMs, KeyProfile profile, double lastArrivalMs) {
        /** Nothing. */
        public static final Learned NOTHING = new Learned(Double.NaN, Double.NaN, KeyProfile.UNKNOWN, Double.NaN);
    }

    /** Another container of the key. */
    public record Other(String instanceId, long epoch, String containerId) {}

    public Pin {
        others = List.copyOf(others);
    }
}
