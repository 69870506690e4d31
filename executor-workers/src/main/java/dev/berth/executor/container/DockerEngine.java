package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What is asked of the machine's Docker engine before an instance is started on it. Asked of the engine itself, which is the one that
 * instances use: where it is only reached by its socket, there need be no {@code docker} command.
 */
public final class DockerEngine {
    /** An engine that hangs is none. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private DockerEngine() {}

    /** Whether it answers. */
    public static boolean answers() {
        return succeeds(docker -> docker.pingCmd().exec());
    }

    /** Whether it answers and has all of some images. */
    public static boolean has(List<String> images) {
        return succeeds(
                docker -> images.forEach(image -> docker.inspectImageCmd(image).exec()));
    }

    private interface Question {
        void ask(DockerClient docker);
    }

    private static boolean succeeds(Question question) {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        try (DockerClient docker = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .connectionTimeout(PATIENCE)
                        .responseTimeout(PATIENCE)
                        .build())) {
            question.ask(docker);
            return true;
        } catch (IOException | RuntimeException e) {
            return false; // No socket, nobody behind it, nothing that is an engine, or no such image.
        }
    }
}
