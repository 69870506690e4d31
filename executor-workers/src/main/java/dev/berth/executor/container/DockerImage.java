package dev.berth.executor.container;

import java.util.ArrayList;
import java.util.List;

/**
 * The image that a container is made from, and what it says of itself as far as a container needs it.
 *
 * @param name as the engine knows it
 * @param command what runs; empty if the container's runtime says that
 * @param workingDirectory empty for the image's own
 */
record DockerImage(String name, List<String> command, String workingDirectory) {
    /** The image of one of Berth's runtimes. */
    static DockerImage ofRuntime(String runtime) {
        return new DockerImage(nameOf(runtime), List.of(), DockerPlan.TASK_ROOT);
    }

    static String nameOf(String runtime) {
        return "berth/" + runtime;
    }

    /** An entry point and its command; as in Docker, a function's entry point makes the image's command void. */
    static List<String> command(
            List<String> imagesEntry, List<String> imagesCommand, List<String> entry, List<String> command) {
        List<String> all = new ArrayList<>(entry.isEmpty() ? imagesEntry : entry);
        all.addAll(command.isEmpty() && entry.isEmpty() ? imagesCommand : command);
        return all;
    }
}
