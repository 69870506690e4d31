package dev.berth.executor;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.berth.executor.container.DockerRuntime;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;

@Tag("docker")
class PrewarmedDockerTest extends PrewarmedContract {
    private DockerClient docker;

    @Override
    ContainerBackend backend() {
        return ContainerBackend.DOCKER;
    }

    @Override
    void requireBackend() {
        try {
            DockerRuntime.check();
        } catch (DockerRuntime.EngineException e) {
            Assumptions.abort("DOCKER TESTS SKIPPED: " + e.getMessage());
        }
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        docker = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
    }

    @Override
    int leftOvers(String instanceId) {
        List<String> labels =
                List.of("dev.berth.instance=" + instanceId, "dev.berth.home=" + directory.resolve(instanceId));
        return docker.listContainersCmd()
                .withShowAll(true)
                .withFilter("label", labels)
                .exec()
                .size();
    }
}
