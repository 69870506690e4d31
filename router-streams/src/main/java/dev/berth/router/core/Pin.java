package dev.berth.router.core;

/**
 * Which container serves a routing key.
 *
 * @param instanceId where it is
 * @param epoch of the instance when the pin was made; the pin is dead once the instance's epoch is another
 * @param containerId null until the key's first result is in
 * @param revision of the function that the container runs
 * @param lastUsedMs when an invocation of the key was last routed, epoch milliseconds
 */
public record Pin(String instanceId, long epoch, String containerId, String version, long revision, long lastUsedMs) {

    Pin servedBy(String container) {
        return new Pin(instanceId, epoch, container, version, revision, lastUsedMs);
    }
}
