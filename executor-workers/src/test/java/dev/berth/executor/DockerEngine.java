package dev.berth.executor;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.berth.executor.container.DockerRuntime;
import org.junit.jupiter.api.Assumptions;

/** The Docker engine of this machine, for tests to see what Berth made of it. */
public final class DockerEngine {
    private DockerEngine() {}

    /** Skips the test where none answers, and says so. */
    public static void required() {
        try {
            DockerRuntime.check();
        } catch (DockerRuntime.EngineException e) {
            Assumptions.abort("DOCKER TESTS SKIPPED: " + e.getMessage());
        }
    }

    /** A client of the test's own, to be closed by it. */
    public static DockerClient client() {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
    }
}
