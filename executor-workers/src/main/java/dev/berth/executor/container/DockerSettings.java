package dev.berth.executor.container;

/**
 * What the operator may choose about containers in Docker. What keeps them in is not among it: user, capabilities, seccomp,
 * read-only root and firewall are the same for all.
 *
 * @param runtime the engine's name of the container runtime, such as {@code runc}, {@code runsc} (gVisor) or {@code kata}
 * @param mostTmpMb size of /tmp; at most half of the function's memory, whatever this says
 * @param mostProcesses processes and threads of one container together
 * @param memoryMbPerCpu functions get CPU in proportion to their memory, one whole at so much
 * @param allowNetwork whether functions that ask for the network outside get it; the others never do
 */
public record DockerSettings(
        String runtime, int mostTmpMb, int mostProcesses, int memoryMbPerCpu, boolean allowNetwork) {
    /** Lambda's: 512 MB of /tmp, and one CPU for 1,769 MB. Its 1,024 processes would let one container crowd a small machine. */
    public static final DockerSettings USUAL = new DockerSettings("runc", 512, 256, 1_769, false);

    public DockerSettings {
        if (runtime.isBlank() || mostTmpMb < 1 || mostProcesses < 1 || memoryMbPerCpu < 1) {
            throw new IllegalArgumentException(
                    "Docker settings need a runtime's name, such as runc, and sizes of at least 1: "
                            + "runtime='" + runtime + "' mostTmpMb=" + mostTmpMb + " mostProcesses=" + mostProcesses
                            + " memoryMbPerCpu=" + memoryMbPerCpu);
        }
    }

    /** The same with another container runtime. */
    public DockerSettings withRuntime(String name) {
        return new DockerSettings(name, mostTmpMb, mostProcesses, memoryMbPerCpu, allowNetwork);
    }

    /** The same with another bound for /tmp. */
    public DockerSettings withMostTmpMb(int mb) {
        return new DockerSettings(runtime, mb, mostProcesses, memoryMbPerCpu, allowNetwork);
    }

    /** The same with another number of processes and threads. */
    public DockerSettings withMostProcesses(int number) {
        return new DockerSettings(runtime, mostTmpMb, number, memoryMbPerCpu, allowNetwork);
    }

    /** The same with another price of a CPU. */
    public DockerSettings withMemoryMbPerCpu(int mb) {
        return new DockerSettings(runtime, mostTmpMb, mostProcesses, mb, allowNetwork);
    }

    /** The same with or without a way out for functions that ask for one. */
    public DockerSettings withAllowNetwork(boolean allowed) {
        return new DockerSettings(runtime, mostTmpMb, mostProcesses, memoryMbPerCpu, allowed);
    }

    /**
     * /tmp counts as memory of its container: were it as large as that, a full one would end the container where the code
     * should get an error.
     */
    int tmpMb(int memoryMb) {
        return Math.max(1, Math.min(mostTmpMb, memoryMb / 2));
    }
}
