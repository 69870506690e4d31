package dev.berth.router.core;

import dev.berth.router.core.affinity.Ask;
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
 * @param busy what to do when its target is busy
 * @param required whether it must fail rather than run elsewhere when its target is gone
 * @param sameContainerAs the invocation whose container it asks for, or null
 * @param containerId the container that it asks for, or null
 * @param terms when it wants to be run, and how urgently
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
        Ask.Busy busy,
        boolean required,
        String sameContainerAs,
        String containerId,
        Terms terms) {
    public Request {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(busy, "busy");
        Objects.requireNonNull(terms, "terms");
    }

    /** One that has no terms. */
    public Request(
            String id,
            String tenant,
            String function,
            String qualifier,
            String routingValue,
            boolean synchronous,
            long publishedMs,
            long deadlineMs,
            int payloadBytes,
            Ask.Busy busy,
            boolean required,
            String sameContainerAs,
            String containerId) {
        this(
                id,
                tenant,
                function,
                qualifier,
                routingValue,
                synchronous,
                publishedMs,
                deadlineMs,
                payloadBytes,
                busy,
                required,
                sameContainerAs,
                containerId,
                Terms.NONE);
    }

    /** Whether its time has not come yet. */
    boolean isDelayed(long nowMs) {
        return nowMs < terms.notBeforeMs();
    }

    /** Whether its deadline, if it has one, is over. */
    boolean isLate(long nowMs) {
        return deadlineMs > 0 && nowMs >= deadlineMs;
    }

    /** Name of its function among all tenants'. */
    String functionKey() {
        return FunctionView.key(tenant, function);
    }

    /** What makes it alike to others: the routing key, or the function without a routing value. */
    String keyText() {
        return routingValue == null ? functionKey() : functionKey() + '/' + routingValue;
    }

    /** Whether it asks for a certain container. */
    boolean namesContainer() {
        return containerId != null || sameContainerAs != null;
    }

    /** The same, which asks for no certain container any more. */
    Request anywhere() {
        return namesContainer() ? with(null, null) : this;
    }

    /** The same, in a container that it names. */
    Request in(String container) {
        return with(sameContainerAs, container);
    }

    private Request with(String likeThat, String container) {
        return new Request(
                id,
                tenant,
                function,
                qualifier,
                routingValue,
                synchronous,
                publishedMs,
                deadlineMs,
                payloadBytes,
                busy,
                required,
                likeThat,
                container,
                terms);
    }
}
