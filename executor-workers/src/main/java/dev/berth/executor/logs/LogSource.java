package dev.berth.executor.logs;

/**
 * Whose log it is.
 *
 * @param version as users know it; null if unknown
 * @param revision which deployment of it
 */
public record LogSource(
        String tenant, String function, String version, long revision, String instanceId, String containerId) {}
