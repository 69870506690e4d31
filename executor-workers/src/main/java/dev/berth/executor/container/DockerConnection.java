package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.time.Duration;

/** Connections to a Docker engine, and what it says in one line. */
final class DockerConnection {
    private DockerConnection() {}

    /**
     * Connects to an engine that answers.
     *
     * @param address such as {@code unix:///var/run/docker.sock}; null for what DOCKER_HOST or the usual socket names
     * @throws DockerRuntime.EngineException if none does
     */
    static DockerClient open(String address) {
        DefaultDockerClientConfig.Builder settings = DefaultDockerClientConfig.createDefaultConfigBuilder();
        DefaultDockerClientConfig config = (address == null ? settings : settings.withDockerHost(address)).build();
        DockerClient client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .maxConnections(32)
                        .connectionTimeout(Duration.ofSeconds(5))
                        .build());
        try {
            client.pingCmd().exec();
            return client;
        } catch (RuntimeException e) {
            throw new DockerRuntime.EngineException(
                    "No Docker engine answers at " + config.getDockerHost() + " (" + oneLine(e)
                            + "). Start it, or run containers as processes (--containers process).",
                    e);
        }
    }

    /** The message of an error, without its line ends. */
    static String oneLine(Throwable e) {
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
