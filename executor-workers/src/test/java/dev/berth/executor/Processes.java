package dev.berth.executor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processes of containers on this machine, whoever started them. */
public final class Processes {
    private Processes() {}

    /** How many carry a container id of an instance in their environment. */
    public static int of(String instanceId) {
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            int found = 0;
            for (Path process : all) {
                found += environment(process).contains("BERTH_CONTAINER_ID=" + instanceId + "-") ? 1 : 0;
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String environment(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It has just ended, or is not ours.
        }
    }
}
