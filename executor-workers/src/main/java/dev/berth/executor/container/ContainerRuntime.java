package dev.berth.executor.container;

import java.util.Optional;

/** Makes containers and ends them. Thread-safe; its methods block. */
public interface ContainerRuntime extends AutoCloseable {
    /** {@code docker} or {@code process}. */
    String name();

    /** The local address at which this runtime's containers reach their Runtime API. */
    String apiHost();

    /** Whether its containers can be paused. */
    boolean canPause();

    /**
     * What its containers can do on this machine that they should not, as a sentence for the operator without its full stop;
     * empty if nothing is known.
     */
    Optional<String> weakness();

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
        /** A container has ended, and nothing of it is left. */
        void ended(String containerId, ContainerEnd end);
    }

    /** A container that has been started. */
    interface RunningContainer {
        /** The address from which it calls its Runtime API. */
        String remoteAddress();

        /** What it prints. */
        ContainerLog log();

        /**
         * The limit of the container that it ran into since this was last asked, as a sentence; empty if none is known.
         *
         * @param message of an error that the code reports now; may be null
         */
        Optional<String> limitBehind(String message);

        /**
         * Memory that its processes hold for themselves, without what they map of files; 0 if it cannot be known. Reads a few
         * small files of the kernel's: the one method that an event loop may call.
         */
        long memoryBytes();

        /** What the files that it has written hold; 0 if it cannot be known. */
        long fileBytes();

        /**
         * Puts a function's code where a container that was started without any looks for it.
         *
         * @param spec of the same container, with its function
         * @return what it has to be told
         * @throws ContainerStartException if the code is not what the runtime needs, or cannot be put there
         */
        CodeOrder specialise(ContainerSpec spec) throws ContainerStartException;

        /** Takes the CPU from it until {@link #unpause}. Nothing is done if it has ended, or is paused already. */
        void pause();

        /**
         * Gives it its CPU back; does nothing if it has ended, or is not paused.
         *
         * @throws RuntimeException if that is refused: it will not work again
         */
        void unpause();

        /** Ends it now, paused or not, with all processes that it started. The listener is told. */
        void kill();
    }
}
