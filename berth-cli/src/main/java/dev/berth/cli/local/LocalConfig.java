package dev.berth.cli.local;

import dev.berth.executor.pool.PrewarmRule;
import java.nio.file.Path;

/**
 * What a local Berth is to be.
 *
 * @param instances executors, called local-1 to local-N
 * @param containers which containers functions run in
 * @param port of the gateway (and the schema registry); 0 takes a free one
 * @param kafkaPort of the broker; 0 takes a free one
 * @param dataDir everything it keeps; it must not be in use
 * @param home the repository, where the script that makes images is
 * @param container what each container gets
 * @param door where the gateway listens, and who is let in
 * @param size of each instance
 * @param watch its spans and its log
 */
public record LocalConfig(
        int instances,
        ContainerChoice containers,
        int port,
        int kafkaPort,
        Path dataDir,
        Path home,
        ContainerConfig container,
        Door door,
        Size size,
        Watch watch) {
    private static final int MOST_INSTANCES = 64;

    /**
     * What an instance holds.
     *
     * @param slots invocations that it runs at a time
     * @param memoryMb of all its containers together
     */
    public record Size(int slots, int memoryMb) {
        /** A function of 128 MB fills both alike. */
        public static final Size USUAL = new Size(8, 1024);
    }

    /**
     * The gateway's door.
     *
     * @param host to listen on
     * @param auth whether callers need a key
     */
    public record Door(String host, boolean auth) {
        /** This machine only, and without keys. */
        public static final Door USUAL = new Door("127.0.0.1", false);

        /**
         * Checks what was asked for.
         *
         * @param wanted null if neither {@code --auth} nor {@code --no-auth} was given
         * @throws IllegalArgumentException if others could come in without a key and nobody said that they may
         */
        public static Door of(String host, Boolean wanted) {
            if (wanted == null && !isLoopback(host)) {
                throw new IllegalArgumentException("--host " + host + " lets other machines in, to deploy and run code."
                        + " Give --auth, so that they need a key, or --no-auth if whoever reaches " + host
                        + " may do everything");
            }
            return new Door(host, wanted != null && wanted);
        }

        /** Whether an address is one that only this machine reaches. */
        public static boolean isLoopback(String host) {
            return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
        }
    }

    public LocalConfig {
        if (instances < 1 || instances > MOST_INSTANCES) {
            throw new IllegalArgumentException(
                    "--instances must be 1 to " + MOST_INSTANCES + " (a dispatch slot each), not " + instances);
        }
        for (PrewarmRule rule : container.prewarm()) {
            if (rule.memoryMb() > size.memoryMb()) {
                throw new IllegalArgumentException("--prewarm asks for containers of " + rule.memoryMb()
                        + " MB, but an instance has " + size.memoryMb() + " MB for all of its containers");
            }
        }
        requirePort("--port", port);
        requirePort("--kafka-port", kafkaPort);
    }

    /** With containers that get what is usual. */
    public LocalConfig(int instances, ContainerChoice containers, int port, int kafkaPort, Path dataDir, Path home) {
        this(instances, containers, port, kafkaPort, dataDir, home, ContainerConfig.USUAL);
    }

    /** With a gateway for this machine only, and without keys. */
    public LocalConfig(
            int instances,
            ContainerChoice containers,
            int port,
            int kafkaPort,
            Path dataDir,
            Path home,
            ContainerConfig container) {
        this(instances, containers, port, kafkaPort, dataDir, home, container, Door.USUAL);
    }

    /** With instances of the usual size. */
    public LocalConfig(
            int instances,
            ContainerChoice containers,
            int port,
            int kafkaPort,
            Path dataDir,
            Path home,
            ContainerConfig container,
            Door door) {
        this(instances, containers, port, kafkaPort, dataDir, home, container, door, Size.USUAL, Watch.USUAL);
    }

    /** The same with instances of another size. */
    public LocalConfig withSize(Size other) {
        return new LocalConfig(instances, containers, port, kafkaPort, dataDir, home, container, door, other, watch);
    }

    /** The same, watched otherwise. */
    public LocalConfig withWatch(Watch other) {
        return new LocalConfig(instances, containers, port, kafkaPort, dataDir, home, container, door, size, other);
    }

    private static void requirePort(String flag, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(flag + " must be 0 (any) to 65535, not " + port);
        }
    }
}
