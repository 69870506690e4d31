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
 */
public record LocalConfig(
        int instances,
        ContainerChoice containers,
        int port,
        int kafkaPort,
        Path dataDir,
        Path home,
        ContainerConfig container) {
    private static final int MOST_INSTANCES = 64;

    public LocalConfig {
        if (instances < 1 || instances > MOST_INSTANCES) {
            throw new IllegalArgumentException(
                    "--instances must be 1 to " + MOST_INSTANCES + " (a dispatch slot each), not " + instances);
        }
        for (PrewarmRule rule : container.prewarm()) {
            if (rule.memoryMb() > LocalBerth.MEMORY_MB) {
                throw new IllegalArgumentException("--prewarm asks for containers of " + rule.memoryMb()
                        + " MB, but an instance has " + LocalBerth.MEMORY_MB + " MB for all of its containers");
            }
        }
        requirePort("--port", port);
        requirePort("--kafka-port", kafkaPort);
    }

    /** With containers that get what is usual. */
    public LocalConfig(int instances, ContainerChoice containers, int port, int kafkaPort, Path dataDir, Path home) {
        this(instances, containers, port, kafkaPort, dataDir, home, ContainerConfig.USUAL);
    }

    private static void requirePort(String flag, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(flag + " must be 0 (any) to 65535, not " + port);
        }
    }
}
