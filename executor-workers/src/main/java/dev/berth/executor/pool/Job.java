package dev.berth.executor.pool;

import java.util.Objects;

/**
 * An attempt to run, as far as the pool needs to know it.
 *
 * @param routingValue null if any container of the function will do
 * @param successor what should run the key's next jobs, and is to be made ready meanwhile; null for nothing
 * @param deadlineMs epoch milliseconds after which nobody wants the result; 0 for none
 * @param timeoutMs how long the function may run
 * @param payloadBytes what it holds in memory while it waits
 */
public record Job(
        AttemptId id,
        ContainerKind kind,
        String routingValue,
        Order order,
        Forecast forecast,
        ContainerKind successor,
        long deadlineMs,
        int timeoutMs,
        int payloadBytes) {
    public Job {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(forecast, "forecast");
        if (timeoutMs <= 0) {
            throw new IllegalArgumentException("timeoutMs must be positive: " + timeoutMs + " of " + id);
        }
    }

    FunctionKey function() {
        return kind.function();
    }

    boolean expired(long nowMs) {
        return deadlineMs > 0 && nowMs >= deadlineMs;
    }
}
