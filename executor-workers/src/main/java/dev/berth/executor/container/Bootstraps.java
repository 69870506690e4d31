package dev.berth.executor.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Berth's runtimes: which program a container runs, and the bootstraps that speak the Runtime API for Python and Node.js. */
final class Bootstraps {
    static final List<String> RUNTIMES = List.of("python3", "nodejs", "provided");
    private static final Map<String, String> FILES = Map.of("python3", "bootstrap.py", "nodejs", "bootstrap.mjs");

    private final Path directory;

    /** Lays the bootstraps down in a directory, one subdirectory a runtime. */
    Bootstraps(Path directory) {
        this.directory = directory;
        FILES.forEach((runtime, file) -> {
            String resource = "/dev/berth/executor/bootstrap/" + runtime + "/" + file;
            try (InputStream in = Bootstraps.class.getResourceAsStream(resource)) {
                Path target = directory(runtime).resolve(file);
                Files.createDirectories(target.getParent());
                Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException("The runtime " + runtime + " cannot be laid down in " + directory, e);
            }
        });
        try {
            Files.createDirectories(directory("provided"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a runtime's bootstrap lies on this machine; empty for {@code provided}. */
    Path directory(String runtime) {
        return directory.resolve(runtime);
    }

    /**
     * The command that starts a container.
     *
     * @param runtimeRoot where the container sees the bootstrap
     * @param taskRoot where it sees its code
     * @param interpreters where it finds programs
     * @throws ContainerStartException if there is no such runtime, or the package lacks what it needs
     */
    List<String> command(ContainerSpec spec, String runtimeRoot, String taskRoot, Interpreters interpreters)
            throws ContainerStartException {
        return switch (spec.runtime()) {
            case "python3" -> List.of(interpreters.find("python3"), runtimeRoot + "/bootstrap.py");
            case "nodejs" -> List.of(interpreters.find("node"), runtimeRoot + "/bootstrap.mjs");
            case "provided" -> {
                if (!Files.isExecutable(spec.code().resolve("bootstrap"))) {
                    throw new ContainerStartException(
                            "Runtime.InvalidEntrypoint",
                            "The package of " + spec.function()
                                    + " has no file 'bootstrap' at its root, which the runtime 'provided' executes.");
                }
                yield List.of(taskRoot + "/bootstrap");
            }
            default ->
                throw new ContainerStartException(
                        "Runtime.UnknownRuntime",
                        "The function " + spec.function() + " asks for runtime '" + spec.runtime()
                                + "'. Known are python3, nodejs and provided.");
        };
    }
}
