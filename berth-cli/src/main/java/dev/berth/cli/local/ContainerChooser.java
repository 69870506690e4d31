package dev.berth.cli.local;

import dev.berth.cli.text.Failure;
import dev.berth.executor.ContainerBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds out which containers functions can run in on this machine, and makes the images that they need.
 *
 * @param home the repository, where the script is that makes images
 * @param otherwise how to ask for processes instead, as the user writes it
 * @param progress is told, in words for people, what is being done
 */
public record ContainerChooser(Path home, String otherwise, Consumer<String> progress) {
    /**
     * Which ones.
     *
     * @throws Failure if Docker is asked for and cannot be had
     */
    public ContainerBackend choose(ContainerChoice choice) {
        return switch (choice) {
            case PROCESS -> ContainerBackend.PROCESS;
            case DOCKER -> docker(true);
            case AUTO -> docker(false);
        };
    }

    private ContainerBackend docker(boolean required) {
        if (!Images.engineAnswers()) {
            if (required) {
                throw new Failure("No Docker engine answers. Start one (dockerd), or use " + otherwise + ".");
            }
            progress.accept("no Docker engine answers");
            return ContainerBackend.PROCESS;
        }
        Images images = new Images(home);
        try {
            if (!images.arePresent()) {
                progress.accept("making the Docker images that functions run in (once; a minute or so)");
                images.make(List.of(), progress);
            }
            return ContainerBackend.DOCKER;
        } catch (Failure e) {
            if (required) {
                throw e;
            }
            progress.accept(e.getMessage());
            return ContainerBackend.PROCESS;
        }
    }
}
