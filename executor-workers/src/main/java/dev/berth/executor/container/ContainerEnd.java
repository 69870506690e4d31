package dev.berth.executor.container;

/**
 * How a container ended.
 *
 * @param errorType of an invocation that ended with it, for machines, in the style of Lambda
 * @param how such as {@code exit status 1} or {@code signal: killed}, with the limit that it broke if that is known
 */
public record ContainerEnd(String errorType, String how) {
    /** Of one that kept within its limits, or of which no more is known. */
    public static ContainerEnd exit(String how) {
        return new ContainerEnd("Runtime.ExitError", how);
    }
}
