package dev.berth.executor;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import org.junit.jupiter.api.Tag;

@Tag("docker")
class DockerLogsTest extends LogsContract {
    @Override
    ContainerBackend backend() {
        return ContainerBackend.DOCKER;
    }

    @Override
    void requireBackend() {
        DockerEngine.required();
    }

    @Override
    String signal() {
        return "/tmp/go";
    }

    @Override
    void release(String containerId) throws Exception {
        try (DockerClient docker = DockerEngine.client()) {
            String touch = docker.execCreateCmd("berth-" + containerId)
                    .withCmd("touch", signal())
                    .exec()
                    .getId();
            docker.execStartCmd(touch).exec(new ResultCallback.Adapter<>()).awaitCompletion();
        }
    }
}
