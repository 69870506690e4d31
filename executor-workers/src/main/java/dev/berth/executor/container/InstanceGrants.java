package dev.berth.executor.container;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the operator of an instance lets functions have of it beyond a container's own.
 *
 * @param mounts directories and files of this machine that any function may see, read-only, with all that is in them
 * @param imagePull how long an image that the engine lacks may take to be pulled from its registry; zero not to try
 */
public record InstanceGrants(List<Path> mounts, Duration imagePull) {
    public static final InstanceGrants NONE = new InstanceGrants(List.of(), Duration.ZERO);

    public InstanceGrants {
        mounts = mounts.stream().map(path -> path.toAbsolutePath().normalize()).toList();
        if (imagePull.isNegative()) {
            throw new IllegalArgumentException("The time for pulling an image cannot be negative: " + imagePull);
        }
    }
}
