package dev.berth.executor.container;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a container is made of.
 *
 * @param containerId unique in time and space; letters, digits, hyphens, underscores, dots
 * @param version of the function, as its code sees it
 * @param runtime python3, nodejs or provided
 * @param environment the function's own variables
 * @param code where its package lies unzipped
 * @param apiAddress host:port of its own Runtime API
 */
public record ContainerSpec(
        String containerId,
        String tenant,
        String function,
        String version,
        String runtime,
        String handler,
        int memoryMb,
        Map<String, String> environment,
        Path code,
        String apiAddress) {}
