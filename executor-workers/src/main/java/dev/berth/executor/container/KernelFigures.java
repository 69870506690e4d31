package dev.berth.executor.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads what the kernel tells of processes and control groups (proc(5); cgroup-v1 memory, cgroup-v2). */
final class KernelFigures {
    private static final Path PROC = Path.of("/proc");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final long KB = 1024;
    /** Deeper than this a container's processes are not looked for: it is an estimate. */
    private static final int MOST_GENERATIONS = 4;

    private KernelFigures() {}

    /** Anonymous memory of a process and of those that it started, in bytes; 0 if it has ended. */
    static long anonymousBytes(long pid) {
        return anonymousBytes(pid, MOST_GENERATIONS);
    }

    private static long anonymousBytes(long pid, int generations) {
        Path process = PROC.resolve(Long.toString(pid));
        try {
            long bytes = figure(Files.readAllLines(process.resolve("status")), "RssAnon:") * KB;
            if (generations > 0) {
                // Of the thread that starts others, which in most programs is the first.
                Path children =
                        process.resolve("task").resolve(Long.toString(pid)).resolve("children");
                for (String child : Files.readString(children).split(" ", -1)) {
                    bytes += child.isBlank() ? 0 : anonymousBytes(Long.parseLong(child.strip()), generations - 1);
                }
            }
            return bytes;
        } catch (IOException | NumberFormatException e) {
            return 0; // It has just ended, or this kernel does not tell.
        }
    }

    /**
     * A figure of lines that begin with a name and a number.
     *
     * @return 0 if there is none of that name
     */
    static long figure(List<String> lines, String name) {
        for (String line : lines) {
            String[] words = line.split("\\s+", 3);
            if (words.length > 1 && words[0].equals(name)) {
                return Long.parseLong(words[1]);
            }
        }
        return 0;
    }

    /**
     * A file of a container's control group.
     *
     * @param pid of its first process
     * @param engineId by which its group is known to be its own, and not a namesake's on this machine
     * @param controller as cgroup v1 names it
     * @return null if there is none that can be read, such as of an engine elsewhere
     */
    static Path ofGroup(long pid, String engineId, String controller, String file) {
        try {
            Path found = null;
            for (String line :
                    Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("cgroup"))) {
                String[] parts = line.split(":", 3);
                boolean its = parts.length == 3 && parts[2].contains(engineId);
                if (its && List.of(parts[1].split(",", -1)).contains(controller)) {
                    found = CGROUPS.resolve(controller)
                            .resolve(parts[2].substring(1))
                            .resolve(file);
                } else if (its && parts[1].isEmpty() && found == null) {
                    found = CGROUPS.resolve(parts[2].substring(1)).resolve(file);
                }
            }
            return found != null && Files.isReadable(found) ? found : null;
        } catch (IOException e) {
            return null;
        }
    }
}
