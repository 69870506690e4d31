package dev.berth.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import dev.berth.schemas.FunctionVersion;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("docker")
class DockerExecutorTest extends ExecutorContract {
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
        return docker.listContainersCmd()
                        .withShowAll(true)
                        .withFilter("label", labels(instanceId))
                        .exec()
                        .size()
                + docker.listNetworksCmd()
                        .withFilter("label", labels(instanceId))
                        .exec()
                        .size();
    }

    @Test
    @Tag("S5")
    void aContainerHasNoRightsNoWritableRootAndNoWayOut() throws Exception {
        FunctionVersion version = world.deploy(
                "prisoner", "python3", "prisoner.handler", 3_000, Zips.of("prisoner.py", resource("prisoner.py")));
        JsonNode seen = json(call("prisoner", version, "k", "{}"));
        assertThat(seen.path("uid").asInt()).isNotZero();
        assertThat(seen.path("capabilities").asText()).matches("0+");
        assertThat(seen.path("noNewPrivileges").asText()).isEqualTo("1");
        // The engine's own firewall rules keep an internal network in; sending packets elsewhere is no matter for a
        // test.
        assertThat(docker.listNetworksCmd().withFilter("label", labels("i1")).exec())
                .singleElement()
                .satisfies(network -> {
                    assertThat(network.getInternal()).isTrue();
                    assertThat(network.getOptions()).containsEntry("com.docker.network.bridge.enable_icc", "false");
                });
        assertThat(seen.path("written")).isEmpty();
        assertThat(seen.path("tmp").asText()).isEqualTo("written");
        assertThat(seen.path("memory").asLong()).isEqualTo(128L * 1024 * 1024);
    }

    private List<String> labels(String instanceId) {
        return List.of("dev.berth.instance=" + instanceId, "dev.berth.home=" + directory.resolve(instanceId));
    }
}
