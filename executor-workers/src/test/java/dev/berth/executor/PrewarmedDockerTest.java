package dev.berth.executor;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
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
        DockerEngine.required();
        docker = DockerEngine.client();
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
