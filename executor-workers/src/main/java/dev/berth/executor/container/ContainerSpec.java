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
 * @param code where its package lies unzipped; null if the runtime is image, or there is none yet
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

    /** A container that is nobody's yet. Whose it becomes is said by another spec of the same id. */
    public static ContainerSpec withoutCode(String containerId, String runtime, int memoryMb, String apiAddress) {
        return new ContainerSpec(
                containerId, "", "", "", runtime, "", memoryMb, Map.of(), false, null, apiAddress, Extras.NONE);
    }

    /** Whether it is started without code. */
    boolean isPrewarmed() {
        return function.isEmpty();
    }

    /** The same with its code in another place, whether or not there is any yet. */
    ContainerSpec withCode(Path directory) {
        return new ContainerSpec(
                containerId,
                tenant,
                function,
                version,
                runtime,
                handler,
                memoryMb,
                environment,
                network,
                directory,
                apiAddress,
                extras);
    }

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
