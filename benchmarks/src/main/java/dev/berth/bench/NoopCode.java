package dev.berth.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The handler of the benchmarks, in C, so that next to nothing of what is measured is its own. */
public final class NoopCode {
    private NoopCode() {}

    /** Whether there is a C compiler here. */
    public static boolean isPossible() {
        try {
            return new ProcessBuilder("cc", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Compiles it.
     *
     * @param directory gets a file {@code bootstrap}
     * @throws IllegalStateException if there is no C compiler here
     */
    public static Path compile(Path directory) throws IOException {
        Path source = directory.resolve("noop.c");
        Path program = directory.resolve("bootstrap");
        try (InputStream in = NoopCode.class.getResourceAsStream("noop.c")) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        try {
            int code = new ProcessBuilder("cc", "-O2", "-D_GNU_SOURCE", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("cc could not compile " + source);
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The benchmark's handler is in C, and there is no cc here (apt-get install gcc libc6-dev)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Files.delete(source);
        return program;
    }
}
