package dev.berth.executor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;

/** Compiles Java functions for tests. */
final class Javac {
    private static final String RUNTIME = "/dev/berth/executor/bootstrap/java/";

    private Javac() {}

    /** The jar of one source, which may use Lambda's core classes; a jar is a zip with classes at its root. */
    static byte[] jar(String resource) {
        try {
            Path home = Files.createTempDirectory("berth-javac-");
            try {
                Path source = Files.writeString(home.resolve(resource), ExecutorContract.resource(resource));
                Path classes = Files.createDirectory(home.resolve("classes"));
                int code = ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-cp",
                                library("aws-lambda-java-core.jar").toString(),
                                "-d",
                                classes.toString(),
                                source.toString());
                if (code != 0) {
                    throw new IllegalStateException(resource + " does not compile");
                }
                return zip(classes);
            } finally {
                try (var all = Files.walk(home)) {
                    all.sorted(Comparator.reverseOrder())
                            .forEach(path -> path.toFile().delete());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A jar of the Runtime Interface Client, as Berth carries it. */
    static Path library(String name) {
        return Path.of(Javac.class.getResource(RUNTIME + name).getPath());
    }

    /** A zip with one file. */
    static byte[] zip(String name, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(Path classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                var all = Files.walk(classes)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
