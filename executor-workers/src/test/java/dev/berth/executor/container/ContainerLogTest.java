package dev.berth.executor.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.executor.container.ContainerLog.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@Tag("C4")
class ContainerLogTest {
    private static final int MB = 1024 * 1024;

    private Path path;
    private ContainerLog log;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        path = Files.createFile(directory.resolve("log"));
        log = new ContainerLog(path);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void eachPartIsItsPrinters() {
        print("init");
        log.started();
        log.begin("a");
        print("one");
        assertThat(log.end("a")).isEqualTo("initone");
        print("later");
        log.begin("b");
        assertThat(log.take())
                .containsExactly(new Part(null, 0, 4, true), new Part("a", 4, 7, true), new Part("b", 7, 12, false));
        print("two");
        assertThat(log.end("b")).isEqualTo("latertwo");
        assertThat(log.take()).containsExactly(new Part("b", 7, 15, true));
        assertThat(log.take()).isEmpty();
        assertThat(log.end("c")).isNull();
    }

    @Test
    void whatIsPrintedWhileSeveralRunIsNobodys() {
        log.begin("a");
        print("a");
        log.begin("b");
        print("both");
        log.end("a");
        print("b");
        log.end("b");
        assertThat(log.take())
                .containsExactly(new Part("a", 0, 1, true), new Part(null, 1, 5, true), new Part("b", 5, 6, true));
    }

    @Test
    void aLongFileStartsAnewOnceItIsReadAndAnInvocationHasEnded() {
        log.begin("a");
        print("x".repeat(MB));
        log.take();
        assertThat(log.anew(MB)).isFalse();
        log.end("a");
        assertThat(log.anew(MB)).as("a part waits to be taken").isFalse();
        log.take();
        log.begin("b");
        print("so far");
        assertThat(log.anew(MB)).as("it has not been read").isFalse();
        assertThat(log.anew(MB + 6)).as("it was printed just now").isFalse();
        assertThat(log.anew(MB + 6)).isTrue();
        assertThat(log.size()).isZero();
        print(" and on");
        assertThat(log.end("b")).isEqualTo("so far and on");
        assertThat(log.take()).containsExactly(new Part("b", 0, 7, true));
    }

    @Test
    void aFileThatIsNeverQuietStartsAnewAllTheSame() {
        log.begin("a");
        print("x".repeat(16 * MB));
        log.end("a");
        log.take();
        assertThat(log.anew(16 * MB)).isTrue();
        log.begin("b");
        print("y".repeat(20 * MB));
        assertThat(log.anew(20 * MB)).as("one without end is not helped").isFalse();
    }

    @Test
    void theTailOutlivesTheFile() {
        log.begin("a");
        print("famous last words");
        log.complete();
        assertThat(log.take()).containsExactly(new Part("a", 0, 17, true));
        log.close();
        assertThat(log.end("a")).isEqualTo("famous last words");
        assertThat(log.end("a")).isNull();
        assertThat(log.take()).isEmpty();
    }

    @Test
    void aTailIsAtMostFourKilobytesOfWholeCharacters() throws IOException {
        log.begin("a");
        print("é".repeat(3_000) + "!");
        assertThat(log.end("a")).isEqualTo("é".repeat(2_047) + "!");
        byte[] noText = new byte[4_000];
        Arrays.fill(noText, (byte) 0xFF);
        log.begin("b");
        Files.write(path, noText, StandardOpenOption.APPEND);
        assertThat(log.end("b")).isEqualTo("\uFFFD".repeat(1_365));
    }

    @Test
    void codeThatCutsItsOwnLogShortIsReadOn() throws IOException {
        log.begin("a");
        print("12345");
        assertThat(log.end("a")).isEqualTo("12345");
        Files.write(path, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        log.begin("b");
        log.take();
        print("67");
        assertThat(log.end("b")).isEqualTo("67");
    }

    private void print(String text) {
        try {
            Files.writeString(path, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
