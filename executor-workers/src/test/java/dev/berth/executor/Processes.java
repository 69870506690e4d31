package dev.berth.executor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** The processes of containers on this machine, whoever started them. */
public final class Processes {
    private Processes() {}

    /** How many carry a container id of an instance in their environment. */
    public static int of(String instanceId) {
        return count(process -> carries(process, instanceId));
    }

    /** The same without those in an engine's containers: another test may run instances of the same name in an engine meanwhile. */
    static int outsideEngines(String instanceId) {
        String here = read(Path.of("/proc/self/cgroup"));
        return count(process ->
                carries(process, instanceId) && read(process.resolve("cgroup")).equals(here));
    }

    private static boolean carries(Path process, String instanceId) {
        return read(process.resolve("environ")).contains("BERTH_CONTAINER_ID=" + instanceId + "-");
    }

    private static int count(Predicate<Path> wanted) {
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            int found = 0;
            for (Path process : all) {
                found += wanted.test(process) ? 1 : 0;
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It has just ended, or is not ours.
        }
    }
}
