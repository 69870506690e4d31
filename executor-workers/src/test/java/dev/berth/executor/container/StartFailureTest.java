package dev.berth.executor.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the owner of a function is told when this machine lacks something. */
class StartFailureTest {
    @TempDir
    Path directory;

    @Test
    @Tag("integration")
    void whatAPackageLacksIsToldByName() {
        try (ProcessRuntime runtime = new ProcessRuntime(directory, "", ProcessLimits.USUAL)) {
            assertThatThrownBy(() -> runtime.start(spec("provided"), (id, how) -> {}))
                    .isInstanceOf(ContainerStartException.class)
                    .hasMessageContaining("no file 'bootstrap'");
            assertThatThrownBy(() -> runtime.start(spec("cobol"), (id, how) -> {}))
                    .isInstanceOf(ContainerStartException.class)
                    .hasMessageContaining("runtime 'cobol'");
            assertThat(directory.resolve("containers")).isEmptyDirectory();
        }
    }

    @Test
    @Tag("core")
    void anInterpreterThatIsNotThereIsToldWithThePackageThatHasIt() {
        assertThatThrownBy(() -> Interpreters.in("/nowhere:/not/here").find("node"))
                .isInstanceOf(ContainerStartException.class)
                .hasMessageContaining("There is no node on this machine")
                .hasMessageContaining("apt-get install nodejs");
    }

    @Test
    @Tag("core")
    void anEngineThatDoesNotAnswerIsOneClearLine() {
        assertThatThrownBy(() -> DockerRuntime.check("unix:///nowhere/docker.sock"))
                .isInstanceOf(DockerRuntime.EngineException.class)
                .hasMessageStartingWith("No Docker engine answers at unix:///nowhere/docker.sock")
                .hasMessageContaining("--containers process")
                .hasMessageNotContaining("\n");
    }

    @Test
    @Tag("core")
    @Tag("S5")
    void anEngineThatCannotKeepContainersInIsRefused() {
        List<String> guarded = List.of("name=apparmor", "name=seccomp,profile=default");
        Set<String> runtimes = Set.of("runc", "runsc");
        assertThat(EngineCheck.lack("runsc", runtimes, guarded)).isEmpty();
        assertThat(EngineCheck.lack("io.containerd.kata.v2", runtimes, guarded)).isEmpty();
        assertThat(EngineCheck.lack("kata", runtimes, guarded))
                .get()
                .asString()
                .contains("no container runtime 'kata'");
        assertThat(EngineCheck.lack("runc", runtimes, List.of("name=seccomp,profile=unconfined")))
                .get()
                .asString()
                .contains("without seccomp");
        assertThat(EngineCheck.lack("runc", runtimes, null)).isPresent();
    }

    @Test
    @Tag("core")
    @Tag("C3")
    void tmpAndCpuFollowMemoryWithinBounds() {
        assertThat(DockerSettings.USUAL.tmpMb(128)).isEqualTo(64);
        assertThat(DockerSettings.USUAL.tmpMb(10_240)).isEqualTo(512);
        assertThat(CpuShare.of(128, 1_769)).isEqualTo(new CpuShare(128, 100_000));
        assertThat(CpuShare.of(1_769, 1_769)).isEqualTo(new CpuShare(1_024, 100_000));
        assertThat(CpuShare.of(3_538, 1_769)).isEqualTo(new CpuShare(2_048, 200_000));
        assertThatThrownBy(() -> DockerSettings.USUAL.withRuntime(" ")).hasMessageContaining("runtime's name");
    }

    private ContainerSpec spec(String runtime) {
        return new ContainerSpec(
                "c1",
                "t",
                "f",
                "$LATEST",
                runtime,
                "app.handler",
                128,
                Map.of(),
                false,
                directory,
                "127.0.0.1:1",
                ContainerSpec.Extras.NONE);
    }
}
