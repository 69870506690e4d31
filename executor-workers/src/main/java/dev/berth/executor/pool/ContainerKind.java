package dev.berth.executor.pool;

import java.util.Objects;

/**
 * What a container must be to run a job.
 *
 * @param exclusive it serves one routing value for life
 * @param runtime of which a prewarmed container will do; null if none will
 * @param concurrency how many jobs it runs at a time
 */
public record ContainerKind(FunctionKey function, int memoryMb, boolean exclusive, String runtime, int concurrency) {
    public ContainerKind {
        Objects.requireNonNull(function, "function");
        if (memoryMb <= 0) {
            throw new IllegalArgumentException("memoryMb must be positive: " + memoryMb + " of " + function);
        }
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be positive: " + concurrency + " of " + function);
        }
    }

    /** One that runs one job at a time. */
    public ContainerKind(FunctionKey function, int memoryMb, boolean exclusive, String runtime) {
        this(function, memoryMb, exclusive, runtime, 1);
    }

    /** One that no prewarmed container can become. */
    public ContainerKind(FunctionKey function, int memoryMb, boolean exclusive) {
        this(function, memoryMb, exclusive, null);
    }
}
