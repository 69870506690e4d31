package dev.berth.executor.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
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
        try (ProcessRuntime runtime = new ProcessRuntime(directory, "")) {
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

    private ContainerSpec spec(String runtime) {
        return new ContainerSpec(
                "c1", "t", "f", "$LATEST", runtime, "app.handler", 128, Map.of(), directory, "127.0.0.1:1");
    }
}
