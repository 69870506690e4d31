package dev.berth.bench.starts;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.util.Map;

/** The engine without Berth: what creating and starting a container of an image takes. */
final class BareDocker implements AutoCloseable {
    private final DockerClient docker;
    private final String image;

    BareDocker(String image) {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        this.docker = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
        this.image = image;
    }

    /** Creates and starts a container that does nothing, removes it, and says how long the first two took. */
    double createAndStartMs() {
        long beganNs = System.nanoTime();
        String id = docker.createContainerCmd(image)
                .withCmd("sleep", "60")
                .withLabels(Map.of("dev.berth.bench", "starts"))
                .withHostConfig(HostConfig.newHostConfig().withAutoRemove(true))
                .exec()
                .getId();
        try {
            docker.startContainerCmd(id).exec();
            return (System.nanoTime() - beganNs) / 1e6;
        } finally {
            docker.removeContainerCmd(id).withForce(true).exec();
        }
    }

    @Override
    public void close() throws IOException {
        docker.close();
    }
}
