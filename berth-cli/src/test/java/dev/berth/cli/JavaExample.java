package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** The example in Java, made as the examples' README says. */
final class JavaExample {
    static final String HANDLER = "example.Handler::handleRequest";

    private JavaExample() {}

    /** The folder with its classes. */
    static Path classes(Path directory) throws Exception {
        Path classes = Files.createDirectories(directory.resolve("hello-java"));
        Path source = RunningBerth.HOME.resolve("examples/hello-java/Handler.java");
        int code =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), source.toString());
        assertThat(code).as("exit code of javac").isZero();
        return classes;
    }

    /** A jar of them. */
    static Path jar(Path directory, Path classes) throws Exception {
        Path jar = directory.resolve("hello.jar");
        int code = java.util.spi.ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cf", jar.toString(), "-C", classes.toString(), ".");
        assertThat(code).as("exit code of jar").isZero();
        return jar;
    }
}
