package dev.berth.executor.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.berth.executor.DockerEngine;
import dev.berth.executor.Processes;
import dev.berth.executor.runtimeapi.ContainerListener;
import dev.berth.executor.runtimeapi.RuntimeApi;
import dev.berth.executor.runtimeapi.RuntimeReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many containers, one after the other, each with its Runtime API, ended in every way there is: what each leaves behind would be
 * there so many times over. {@code -Dberth.test.containers=1000} makes it a thousand in Docker too.
 */
@Tag("C5")
class LeakTest {
    private static final int PROCESSES = 1_000;
    private static final int IN_DOCKER = Integer.getInteger("berth.test.containers", 60);
    private static final int AT_A_TIME = 4;
    /** Of the JVM and of libraries, which come and go, and do not grow with the containers. */
    private static final int SLACK = 15;

    @TempDir
    private Path directory;

    private Path code;

    @BeforeEach
    void writeCode() throws IOException {
        code = Files.createDirectory(directory.resolve("code"));
        Path bootstrap = code.resolve("bootstrap");
        // It asks for work and waits; with a child of its own, which must not stay.
        Files.writeString(bootstrap, """
                #!/bin/bash
                sleep 1000 &
                exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API#*:}" || exit 1
                printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3
                case $BERTH_CONTAINER_ID in
                    *[05]) exit 0 ;;
                    *[16]) kill -SEGV $$ ;;
                esac
                read -r _ <&3
                """);
        assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
    }

    @Test
    @Tag("integration")
    void nothingIsLeftOfAThousandProcessContainers() throws Exception {
        try (ProcessRuntime runtime = new ProcessRuntime(directory.resolve("home"), "", ProcessLimits.USUAL)) {
            runMany(runtime, "leak-p", PROCESSES);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Processes.of("leak-p") == 0);
        }
        assertThat(threads()).noneMatch(name -> name.contains("home-watch"));
    }

    @Test
    @Tag("docker")
    void nothingIsLeftOfManyDockerContainers() throws Exception {
        DockerEngine.required();
        try (DockerClient docker = DockerEngine.client()) {
            Path home = directory.resolve("home");
            Set<String> volumes = volumes(docker);
            try (DockerRuntime runtime = new DockerRuntime("leak-d", home, DockerSettings.USUAL, InstanceGrants.NONE)) {
                runMany(runtime, "leak-d", IN_DOCKER);
                assertThat(containers(docker, home)).isZero();
            }
            List<String> labels = List.of(DockerRuntime.INSTANCE + "=leak-d", DockerRuntime.HOME + "=" + home);
            assertThat(docker.listNetworksCmd().withFilter("label", labels).exec())
                    .isEmpty();
            Set<String> left = volumes(docker);
            left.removeAll(volumes);
            assertThat(left).isEmpty();
        }
        assertThat(Processes.of("leak-d")).isZero();
    }

    /** The first of them are for what is made once; from then on nothing may grow. */
    private void runMany(ContainerRuntime runtime, String prefix, int number) throws Exception {
        Ends ends = new Ends();
        try (RuntimeApi api = new RuntimeApi(runtime.apiHost(), ends)) {
            int first = Math.max(20, number / 20);
            for (int i = 0; i < first; i++) {
                run(runtime, api, ends, prefix + "-" + i);
            }
            ends.awaitAll();
            int threads = threads().size();
            int descriptors = descriptors().size();
            for (int i = first; i < number; i++) {
                run(runtime, api, ends, prefix + "-" + i);
            }
            ends.awaitAll();
            assertThat(ends.ended).hasSize(number);
            assertThat(directory.resolve("home/containers")).isEmptyDirectory();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(api.listeners()).isZero());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(zombies()).isZero());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(threads().size()).isLessThan(threads + SLACK));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(descriptors()).hasSizeLessThan(descriptors + SLACK));
        }
    }

    private void run(ContainerRuntime runtime, RuntimeApi api, Ends ends, String id) throws Exception {
        ends.room.acquire();
        ContainerListener listener = api.open(id, 1);
        ContainerRuntime.RunningContainer container = runtime.start(
                new ContainerSpec(
                        id,
                        "t",
                        "f",
                        "$LATEST",
                        "provided",
                        "bootstrap",
                        128,
                        Map.of(),
                        false,
                        code,
                        listener.address(),
                        ContainerSpec.Extras.NONE),
                (ended, end) -> {
                    listener.shut();
                    ends.ended.add(ended);
                    ends.room.release();
                });
        ends.started(id, container);
        listener.expect(container.remoteAddress());
    }

    /** Each container that asks for work is killed, unless it has ended by itself. */
    private static final class Ends implements RuntimeReports {
        private final Semaphore room = new Semaphore(AT_A_TIME);
        private final Set<String> ended = ConcurrentHashMap.newKeySet();
        private final Map<String, ContainerRuntime.RunningContainer> running = new ConcurrentHashMap<>();

        private final Map<String, ContainerLog> logs = new ConcurrentHashMap<>();

        private void started(String id, ContainerRuntime.RunningContainer container) {
            running.put(id, container);
            logs.put(id, container.log());
            closeLogs();
        }

        /** As whoever reads them does at their end. */
        private void closeLogs() {
            logs.entrySet().removeIf(log -> {
                boolean over = ended.contains(log.getKey());
                if (over) {
                    log.getValue().close();
                }
                return over;
            });
        }

        private void awaitAll() throws InterruptedException {
            room.acquire(AT_A_TIME);
            assertThat(room.availablePermits()).as("ends that were told twice").isZero();
            room.release(AT_A_TIME);
            closeLogs();
        }

        @Override
        public void ready(String containerId) {
            new Thread(() -> running.remove(containerId).kill()).start();
        }

        @Override
        public void initFailed(String containerId, String errorType, String message) {}

        @Override
        public void handedOver(String containerId, Object ticket) {}

        @Override
        public void returned(String containerId, Object ticket, byte[] payload) {}

        @Override
        public void failed(String containerId, Object ticket, String errorType, String message, byte[] payload) {}
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }

    /** What each of them leads to. */
    private static List<String> descriptors() throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : (Iterable<Path>) all::iterator) {
                try {
                    targets.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    targets.add("closed since");
                }
            }
        }
        // Java opens those of its class path as it comes to need them.
        targets.removeIf(target -> target.endsWith(".jar"));
        return targets;
    }

    /** Children of this process that are dead and not buried. */
    private static long zombies() throws IOException {
        long own = ProcessHandle.current().pid();
        return ProcessTable.now().stream()
                .filter(process -> process.parent() == own && process.zombie())
                .count();
    }

    private static int containers(DockerClient docker, Path home) {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withFilter("label", List.of(DockerRuntime.HOME + "=" + home))
                .exec()
                .size();
    }

    private static Set<String> volumes(DockerClient docker) {
        Set<String> names = ConcurrentHashMap.newKeySet();
        var listed = docker.listVolumesCmd().exec().getVolumes();
        new ArrayList<>(listed == null ? List.of() : listed).forEach(volume -> names.add(volume.toString()));
        return names;
    }
}
