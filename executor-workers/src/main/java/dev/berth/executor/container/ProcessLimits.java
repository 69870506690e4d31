package dev.berth.executor.container;

/**
 * What containers that are plain processes may take besides their memory.
 *
 * @param mostTmpMb what lies in the scratch directory, and the size of any one file
 * @param mostProcesses processes and threads of one container together
 */
public record ProcessLimits(int mostTmpMb, int mostProcesses) {
    /** The same as in Docker. */
    public static final ProcessLimits USUAL =
            new ProcessLimits(DockerSettings.USUAL.mostTmpMb(), DockerSettings.USUAL.mostProcesses());
}
