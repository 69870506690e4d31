package dev.berth.bench.starts;

/** A Berth whose starts are measured. Blocks. */
public interface StartSubject {
    /**
     * Deploys a function that answers with the moment at which its handler was called.
     *
     * @param packageId functions of one id have the same package, and no others
     * @param prewarmable whether a prewarmed container will do for it
     */
    void deploy(String name, String packageId, boolean prewarmable);

    /** Waits until a prewarmed container is ready and nothing else starts. */
    void awaitPrewarmed();

    /** Invokes a function. */
    Start invoke(String name);

    /** Deletes a function, and with it its containers. */
    void delete(String name);

    /**
     * A start as it was.
     *
     * @param path warm, prewarmed or cold
     * @param ms from the executor's receipt of the dispatch to the call of the handler
     */
    record Start(String path, double ms) {}
}
