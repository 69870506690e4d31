package dev.berth.executor.pool;

import java.util.Objects;

/**
 * What a container must be to run a job.
 *
 * @param exclusive it serves one routing value for life
 * @param runtime of which a prewarmed container will do; null if none will
 */
public record ContainerKind(FunctionKey function, int memoryMb, boolean exclusive, String runtime) {
    public ContainerKind {
        Objects.requireNonNull(function, "function");
        if (memoryMb <= 0) {
            throw new IllegalArgumentException("memoryMb must be positive: " + memoryMb + " of " + function);
        }
    }

    /** One that no prewarmed container can become. */
    public ContainerKind(FunctionKey function, int memoryMb, boolean exclusive) {
        this(function, memoryMb, exclusive, null);
    }
}
