package dev.berth.executor;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.berth.executor.container.DockerRuntime;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;

@Tag("docker")
class DockerLogsTest extends LogsContract {
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
    }

    @Override
    String signal() {
        return "/tmp/go";
    }

    @Override
    void release(String containerId) throws Exception {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        try (DockerClient docker = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build())) {
            String touch = docker.execCreateCmd("berth-" + containerId)
                    .withCmd("touch", signal())
                    .exec()
                    .getId();
            docker.execStartCmd(touch).exec(new ResultCallback.Adapter<>()).awaitCompletion();
        }
    }
}
