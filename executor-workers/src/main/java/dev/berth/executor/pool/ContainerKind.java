package dev.berth.executor.pool;

import java.util.Objects;

/**
 * What a container must be to run a job.
 *
 * @param exclusive it serves one routing value for life
 */
public record ContainerKind(FunctionKey function, int memoryMb, boolean exclusive) {
    public ContainerKind {
        Objects.requireNonNull(function, "function");
        if (memoryMb <= 0) {
            throw new IllegalArgumentException("memoryMb must be positive: " + memoryMb + " of " + function);
        }
    }
}
