package dev.berth.gateway.logs.core;

import dev.berth.schemas.LogChunk;

/**
 * Which chunks a reader wants; what is null is not asked for.
 *
 * @param tenant always given: nobody reads another's
 * @param function always given
 * @param version as users know it
 * @param failedStart the container that did not start for the invocation: what it printed is nobody's, and says why
 */
public record Wanted(
        String tenant,
        String function,
        String version,
        String invocation,
        String failedStart,
        String container,
        String instance) {
    /** Whether it is one of them. */
    public boolean matches(LogChunk chunk) {
        return chunk.getTenant().equals(tenant)
                && chunk.getFunction().equals(function)
                && (version == null || version.equals(chunk.getFunctionVersion()))
                && (invocation == null || isOfInvocation(chunk))
                && (container == null || container.equals(chunk.getContainerId()))
                && (instance == null || instance.equals(chunk.getInstanceId()));
    }

    private boolean isOfInvocation(LogChunk chunk) {
        return chunk.getInvocationId() == null
                ? chunk.getContainerId().equals(failedStart)
                : chunk.getInvocationId().equals(invocation);
    }
}
