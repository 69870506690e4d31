package dev.berth.router.core;

import java.util.Objects;

/**
 * What the router must know of an invocation; the payload stays in the shell.
 *
 * @param id unique; the same id again is the same invocation
 * @param qualifier a version or an alias; null is $LATEST
 * @param routingValue the affinity key; null for none
 * @param synchronous somebody waits for the reply
 * @param publishedMs when it was published, epoch milliseconds
 * @param deadlineMs after which nobody wants the result, epoch milliseconds; 0 for never
 * @param payloadBytes how large its payload is
 * @param namesContainer it asks for a certain container, by id or by an invocation that ran there
 */
public record Request(
        String id,
        String tenant,
        String function,
        String qualifier,
        String routingValue,
        boolean synchronous,
        long publishedMs,
        long deadlineMs,
        int payloadBytes,
        boolean namesContainer) {
    public Request {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(function, "function");
    }

    /** Whether its deadline, if it has one, is over. */
    boolean isLate(long nowMs) {
        return deadlineMs > 0 && nowMs >= deadlineMs;
    }
}
