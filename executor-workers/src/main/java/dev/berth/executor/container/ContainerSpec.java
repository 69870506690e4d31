package dev.berth.executor.container;

import dev.berth.schemas.ImageRef;
import dev.berth.schemas.ReadOnlyMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a container is made of.
 *
 * @param containerId unique in time and space; letters, digits, hyphens, underscores, dots
 * @param version of the function, as its code sees it
 * @param runtime python3, nodejs, java, provided or image
 * @param environment the function's own variables
 * @param network whether it may reach the network outside
 * @param code where its package lies unzipped; null if the runtime is image
 * @param apiAddress host:port of its own Runtime API
 * @param extras what it has besides its package
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
        boolean network,
        Path code,
        String apiAddress,
        Extras extras) {

    /**
     * What a container has besides its package.
     *
     * @param image what it is made from; null for the image of its runtime
     * @param layers the directory with the files of its layers; null for none
     * @param mounts what it sees of this machine's files; the host has checked that it may
     */
    public record Extras(ImageRef image, Path layers, List<ReadOnlyMount> mounts) {
        public static final Extras NONE = new Extras(null, null, List.of());
    }
}
