package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cli.text.Failure;
import dev.berth.executor.container.Directories;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class DataDirTest {
    @TempDir
    private Path folder;

    @Test
    void aDataFolderInUseIsRefusedWithWhoUsesItAndTheFlag() {
        try (DataDir held = DataDir.take(folder.resolve("data"))) {
            assertThatThrownBy(() -> DataDir.take(held.path()))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("in use")
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                    .hasMessageContaining("--data");
        }
    }

    @Test
    void aDataFolderThatWasLetGoCanBeTakenAgain() {
        DataDir.take(folder).close();

        try (DataDir again = DataDir.take(folder)) {
            assertThat(again.path()).isEqualTo(folder);
        }
    }

    @Test
    void deletingFollowsNoLinksAndMindsNoReadOnlyFolder() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "stays");
        Path data = Files.createDirectories(folder.resolve("data/code"));
        Files.createSymbolicLink(data.resolve("link"), outside);
        Files.writeString(data.resolve("file"), "goes");
        assertThat(data.toFile().setWritable(false)).isTrue();

        Directories.delete(folder.resolve("data"));

        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void aTakenPortIsSaidInTheWordsOfItsFlag() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.requireFree(taken.getLocalPort(), "--kafka-port", "Kafka"))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageContaining("--kafka-port");
        }
        Ports.requireFree(0, "--port", "the gateway");
    }
}
