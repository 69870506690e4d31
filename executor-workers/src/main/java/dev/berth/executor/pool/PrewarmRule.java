package dev.berth.executor.pool;

import java.util.Objects;

/**
 * How many containers without code an instance keeps of one runtime and size. Any function of that runtime that wants no more
 * memory may have one, and gives it back to nobody.
 *
 * @param memoryMb what such a container has, and keeps when a function that asked for less has it
 * @param min kept whatever the demand, as long as there is memory that nobody else wants
 * @param max never more than this
 * @param ttlMs how long a number that demand has called for is kept after that demand; see {@link Prewarming}
 */
public record PrewarmRule(String runtime, int memoryMb, int min, int max, long ttlMs) {
    /** Ten minutes: as long as OpenWhisk and the large providers keep what is idle. */
    public static final long USUAL_TTL_MS = 600_000;

    public PrewarmRule {
        Objects.requireNonNull(runtime, "runtime");
        if (memoryMb < 1 || min < 0 || max < Math.max(1, min) || ttlMs < 1) {
            throw new IllegalArgumentException(
                    "Prewarmed containers need some memory, 0 <= min <= max, 1 <= max, and a time"
                            + " to live: runtime=" + runtime + " memoryMb=" + memoryMb + " min=" + min + " max=" + max
                            + " ttlMs="
                            + ttlMs);
        }
    }

    /** Whether its containers may become one of this kind: they take one job at a time, as they were made to. */
    boolean fits(ContainerKind kind) {
        return kind.concurrency() == 1 && runtime.equals(kind.runtime()) && memoryMb >= kind.memoryMb();
    }
}
