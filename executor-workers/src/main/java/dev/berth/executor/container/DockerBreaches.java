package dev.berth.executor.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which limit a container ran into, as far as the engine, the kernel and the words of an error tell. Thread-safe. */
final class DockerBreaches {
    private static final int KILLED = 137;
    private static final long BYTES_PER_MB = 1024L * 1024L;

    private final int memoryMb;
    private final int tmpMb;
    private final int mostProcesses;
    private boolean outOfMemory;
    private Path pidsEvents;
    private long refusedForks;

    DockerBreaches(int memoryMb, DockerSettings settings) {
        this.memoryMb = memoryMb;
        this.tmpMb = settings.tmpMb(memoryMb);
        this.mostProcesses = settings.mostProcesses();
    }

    /** The kernel has killed a process of the container for its memory. */
    synchronized void outOfMemory() {
        outOfMemory = true;
    }

    /** The container runs, as this process of this machine, if the engine is of this machine. */
    synchronized void runs(long pid, String engineId) {
        pidsEvents = KernelFigures.ofGroup(pid, engineId, "pids", "pids.events");
    }

    /**
     * How a container ended.
     *
     * @param logBytes size of its log
     */
    synchronized ContainerEnd end(int code, long logBytes) {
        if (outOfMemory && code == KILLED) {
            return new ContainerEnd("Runtime.OutOfMemory", "signal: killed. " + memory());
        } else if (logBytes >= tmpMb * BYTES_PER_MB) {
            return ContainerEnd.exit(ExitText.of(code) + ". Its log reached the limit of " + tmpMb
                    + " MB for what is printed in one invocation.");
        }
        return ContainerEnd.exit(ExitText.of(code));
    }

    /**
     * The limit behind an error of the code, since this was last asked.
     *
     * @param message the error's own
     */
    synchronized Optional<String> behind(String message) {
        boolean memory = outOfMemory;
        outOfMemory = false;
        long refused = refusedForks();
        boolean processes = refused > refusedForks;
        refusedForks = refused;
        if (processes) {
            return Optional.of("The container was at its limit of " + mostProcesses + " processes and threads.");
        } else if (memory) {
            return Optional.of(memory());
        } else if (message != null && (message.contains("No space left on device") || message.contains("ENOSPC"))) {
            return Optional.of("The container's /tmp has room for " + tmpMb
                    + " MB: half of the function's memory, within the instance's own bound.");
        }
        return Optional.empty();
    }

    private String memory() {
        return "The container reached its memory limit of " + memoryMb
                + " MB, what lies in /tmp included. Give the function more memory.";
    }

    private long refusedForks() {
        try {
            if (pidsEvents != null) {
                return Long.parseLong(
                        Files.readString(pidsEvents).replace("max", "").strip());
            }
        } catch (IOException | NumberFormatException e) {
            // It has ended, or this kernel tells more than that. The error goes without.
            pidsEvents = null;
        }
        return refusedForks;
    }
}
