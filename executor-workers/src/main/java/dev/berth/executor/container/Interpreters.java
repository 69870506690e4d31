package dev.berth.executor.container;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the program that runs a function's language. */
@FunctionalInterface
interface Interpreters {
    /**
     * The program by which an interpreter is started.
     *
     * @return the path, or the name if the container will find it
     * @throws ContainerStartException if it is missing
     */
    String find(String program) throws ContainerStartException;

    /** Looks through directories of this machine, as PATH lists them. */
    static Interpreters in(String path) {
        return program -> {
            for (String directory : path.split(File.pathSeparator, -1)) {
                Path candidate = Path.of(directory, program);
                if (Files.isExecutable(candidate)) {
                    return candidate.toString();
                }
            }
            String debianPackage = switch (program) {
                case "node" -> "nodejs";
                case "java" -> "openjdk-17-jre-headless";
                default -> program;
            };
            throw new ContainerStartException(
                    "Runtime.InterpreterMissing",
                    "There is no " + program + " on this machine (looked in " + path + "). Install it (apt-get install "
                            + debianPackage + ") or run containers with Docker.");
        };
    }
}
