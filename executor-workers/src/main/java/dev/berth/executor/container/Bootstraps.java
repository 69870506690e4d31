package dev.berth.executor.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Berth's runtimes: which program a container runs, and what speaks the Runtime API for Python, Node.js and Java. Images bring
 * their own.
 */
final class Bootstraps {
    /** Those with an image of Berth's. */
    static final List<String> RUNTIMES = List.of("python3", "nodejs", "java", "provided");

    /** Whose bootstrap waits for code itself, with the interpreter running. */
    private static final Set<String> STARTS_WITHOUT_CODE = Set.of("python3", "nodejs");

    /** Waits for code, and then becomes what would have been started with it; for runtimes that cannot start before. */
    private static final String WAITER = "wait-for-code.sh";

    private static final Map<String, List<String>> FILES =
            Map.of("python3", List.of("bootstrap.py"), "nodejs", List.of("bootstrap.mjs"), "java", JavaRuntime.JARS);

    private final Path directory;

    /** Lays the bootstraps down in a directory, one subdirectory a runtime. */
    Bootstraps(Path directory) {
        this.directory = directory;
        try {
            for (String runtime : List.of("provided", "java")) {
                layDown(WAITER, directory(runtime).resolve(WAITER));
            }
            for (Map.Entry<String, List<String>> runtime : FILES.entrySet()) {
                for (String file : runtime.getValue()) {
                    layDown(
                            runtime.getKey() + "/" + file,
                            directory(runtime.getKey()).resolve(file));
                }
            }
            JavaRuntime.unpackLibrary(directory("java"));
        } catch (IOException e) {
            throw new UncheckedIOException("The runtimes cannot be laid down in " + directory, e);
        }
    }

    private static void layDown(String resource, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream in = Bootstraps.class.getResourceAsStream("/dev/berth/executor/bootstrap/" + resource)) {
            if (in == null) {
                throw new IOException("Berth's own build lacks " + resource + ": build it anew");
            }
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Where a runtime's bootstrap lies on this machine. */
    Path directory(String runtime) {
        return directory.resolve(runtime);
    }

    /**
     * The command that starts a container. Of an image it is the image's own affair.
     *
     * <p>Of a container without code it is what waits for that.
     *
     * @param places where the container sees what
     * @param interpreters where it finds programs
     * @throws ContainerStartException if there is no such runtime, or the package lacks what it needs
     */
    List<String> command(ContainerSpec spec, LambdaEnvironment.Places places, Interpreters interpreters)
            throws ContainerStartException {
        if (spec.isPrewarmed() && !STARTS_WITHOUT_CODE.contains(spec.runtime())) {
            return List.of(interpreters.find("bash"), places.runtimeRoot() + "/" + WAITER);
        }
        return switch (spec.runtime()) {
            case "python3" -> List.of(interpreters.find("python3"), places.runtimeRoot() + "/bootstrap.py");
            case "nodejs" -> List.of(interpreters.find("node"), places.runtimeRoot() + "/bootstrap.mjs");
            case "java" -> JavaRuntime.command(spec, places, interpreters.find("java"));
            case "provided" -> {
                if (!Files.isExecutable(spec.code().resolve("bootstrap"))) {
                    throw new ContainerStartException(
                            "Runtime.InvalidEntrypoint",
                            "The package of " + spec.function()
                                    + " has no file 'bootstrap' at its root, which the runtime 'provided' executes.");
                }
                yield List.of(places.taskRoot() + "/bootstrap");
            }
            default ->
                throw new ContainerStartException(
                        "Runtime.UnknownRuntime",
                        "The function " + spec.function() + " asks for runtime '" + spec.runtime()
                                + "'. Known are python3, nodejs, java, provided and image.");
        };
    }
}
