package dev.berth.executor.pool;

import java.util.Objects;

/**
 * An attempt to run, as far as the pool needs to know it.
 *
 * @param routingValue null if any container of the function will do
 * @param containerHint the container that the router's pin names, or null
 * @param replaced the router says that the key had a container that is gone
 * @param exclusive a container of this function serves one routing value for life
 * @param deadlineMs epoch milliseconds after which nobody wants the result; 0 for none
 * @param timeoutMs how long the function may run
 * @param payloadBytes what it holds in memory while it waits
 */
public record Job(
        AttemptId id,
        FunctionKey function,
        String routingValue,
        String containerHint,
        boolean replaced,
        int memoryMb,
        boolean exclusive,
        long deadlineMs,
        int timeoutMs,
        int payloadBytes) {
    public Job {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(function, "function");
        if (memoryMb <= 0 || timeoutMs <= 0) {
            throw new IllegalArgumentException(
                    "memoryMb and timeoutMs must be positive: memoryMb=" + memoryMb + " timeoutMs=" + timeoutMs);
        }
    }

    boolean expired(long nowMs) {
        return deadlineMs > 0 && nowMs >= deadlineMs;
    }
}
