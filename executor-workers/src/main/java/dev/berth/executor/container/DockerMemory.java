package dev.berth.executor.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a Docker container holds, by its control group. Its root is read-only, so all that it writes is in its tmpfs, which is
 * memory of its group too. Thread-safe.
 */
final class DockerMemory {
    private volatile Path stat;

    /** The container runs, as this process of this machine, if the engine is of this machine. */
    void runs(long pid, String engineId) {
        stat = KernelFigures.ofGroup(pid, engineId, "memory", "memory.stat");
    }

    long anonymousBytes() {
        List<String> figures = read();
        long v2 = KernelFigures.figure(figures, "anon");
        return v2 > 0 ? v2 : KernelFigures.figure(figures, "total_rss");
    }

    long fileBytes() {
        List<String> figures = read();
        long v1 = KernelFigures.figure(figures, "total_shmem");
        return v1 > 0 ? v1 : KernelFigures.figure(figures, "shmem");
    }

    private List<String> read() {
        Path file = stat;
        try {
            return file == null ? List.of() : Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // It has ended.
        }
    }
}
