package dev.berth.cli.local;

import dev.berth.cli.text.Failure;
import dev.berth.executor.container.DockerEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The images that functions run in, and the Docker engine that holds them. */
public final class Images {
    private static final List<String> NAMES = List.of("berth/python3", "berth/nodejs", "berth/java", "berth/provided");
    private static final String SCRIPT = "executor-workers/images/build.sh";

    private final Path script;

    /**
     * @param home the repository, where the script is that makes the images
     */
    public Images(Path home) {
        this.script = home.resolve(SCRIPT);
    }

    /** Whether a Docker engine answers. */
    public static boolean engineAnswers() {
        return DockerEngine.answers();
    }

    /** Whether all images are there. */
    public boolean arePresent() {
        return DockerEngine.has(NAMES);
    }

    /**
     * Makes what is missing, a minute or so the first time.
     *
     * @param arguments of the script
     * @param progress is told each line that it prints
     * @throws Failure with the script's last line if it fails
     */
    public void make(List<String> arguments, Consumer<String> progress) {
        if (!Files.isExecutable(script)) {
            throw new Failure("There is no " + script + ". Run ./berth from a whole checkout of the repository.");
        }
        List<String> command = new ArrayList<>();
        command.add(script.toString());
        command.addAll(arguments);
        String last = "";
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    progress.accept(line);
                    last = line.isBlank() ? last : line;
                }
            } finally {
                process.destroy();
            }
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new Failure(
                        "The images cannot be made: " + last + " (" + script + " ended with " + exitCode + ")");
            }
        } catch (IOException e) {
            throw new Failure("The images cannot be made: " + script + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted while making images", e);
        }
    }
}
