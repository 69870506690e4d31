package dev.berth.executor.runtimeapi;

import java.nio.ByteBuffer;

/**
 * An invocation on its way into a container.
 *
 * @param ticket whose it is: given back with what the container reports
 * @param requestId what the code knows the invocation by
 * @param functionArn the function and its version in the form of an ARN
 * @param traceId null for none
 * @param clientContext JSON; null for none
 * @param tenantId the routing value, as Lambda's tenant id; null for none
 * @param replayOf the invocation that it repeats; null if it is no replay
 * @param suppressSideEffects whether it is to have no effect on the world outside
 * @param payload the event
 */
public record Handover(
        Object ticket,
        String requestId,
        long deadlineMs,
        String functionArn,
        String traceId,
        String clientContext,
        String tenantId,
        String replayOf,
        boolean suppressSideEffects,
        ByteBuffer payload) {}
