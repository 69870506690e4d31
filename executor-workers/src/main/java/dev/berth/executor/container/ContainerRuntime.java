package dev.berth.executor.container;

/** Makes containers and ends them. Thread-safe; its methods block. */
public interface ContainerRuntime extends AutoCloseable {
    /** {@code docker} or {@code process}. */
    String name();

    /** The local address at which this runtime's containers reach their Runtime API. */
    String apiHost();

    /**
     * Starts a container.
     *
     * @param ends told once of its end, however it comes, when nothing of it is left; not called if this throws
     * @throws ContainerStartException if it cannot be started; nothing of it is left
     */
    RunningContainer start(ContainerSpec spec, EndListener ends) throws ContainerStartException;

    /** Ends all its containers and frees what it holds for them. */
    @Override
    void close();

    /** Is told of the end of containers. */
    @FunctionalInterface
    interface EndListener {
        /**
         * A container has ended, and nothing of it is left.
         *
         * @param how such as {@code exit status 1} or {@code signal: killed}
         */
        void ended(String containerId, String how);
    }

    /** A container that has been started. */
    interface RunningContainer {
        /** The address from which it calls its Runtime API. */
        String remoteAddress();

        /** What it prints. */
        ContainerLog log();

        /** Ends it now, with all processes that it started. The listener is told. */
        void kill();
    }
}
