package dev.berth.executor.runtimeapi;

/** What containers say. Called on event loops: must not block. */
public interface RuntimeReports {
    /** A container asked for work for the first time, or, if it has no code, for that. */
    void ready(String containerId);

    /** A container could not initialise its code. */
    void initFailed(String containerId, String errorType, String message);

    /** An invocation left for the container. */
    void handedOver(String containerId, Object ticket);

    /** The function returned. */
    void returned(String containerId, Object ticket, byte[] payload);

    /**
     * The function failed, or its answer is not acceptable.
     *
     * @param payload the error object as JSON
     */
    void failed(String containerId, Object ticket, String errorType, String message, byte[] payload);
}
