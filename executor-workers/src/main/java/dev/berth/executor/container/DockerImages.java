package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.berth.schemas.ImageRef;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The engine's images: looks up what a function names, and pulls what is missing if the operator wants that. */
final class DockerImages {
    private final DockerClient docker;
    private final Duration pull;

    /**
     * @param pull how long a pull may take; zero not to pull
     */
    DockerImages(DockerClient docker, Duration pull) {
        this.docker = docker;
        this.pull = pull;
    }

    /**
     * The image of a function, whose entry point is to run.
     *
     * @throws ContainerStartException if the engine does not have it and cannot get it, or it says nothing to run
     */
    DockerImage of(String function, ImageRef image) throws ContainerStartException {
        ContainerConfig config = inspect(function, image.getUri()).getConfig();
        List<String> command = DockerImage.command(
                config == null ? List.of() : list(config.getEntrypoint()),
                config == null ? List.of() : list(config.getCmd()),
                image.getEntryPoint(),
                image.getCommand());
        if (command.isEmpty()) {
            throw new ContainerStartException(
                    "Runtime.InvalidEntrypoint",
                    "The image " + image.getUri() + " of the function " + function
                            + " has no entry point and no command. Give it an ENTRYPOINT that speaks the Runtime API.");
        }
        Map<String, ?> volumes = config == null ? null : config.getVolumes();
        if (volumes != null && !volumes.isEmpty()) {
            throw new ContainerStartException(
                    "Runtime.ImageHasVolumes",
                    "The image " + image.getUri() + " of the function " + function + " declares volumes ("
                            + String.join(", ", volumes.keySet()) + "), which would be disk to write on without bound."
                            + " Build it without VOLUME; /tmp can be written to.");
        }
        return new DockerImage(image.getUri(), command, image.getWorkingDirectory());
    }

    private InspectImageResponse inspect(String function, String uri) throws ContainerStartException {
        try {
            return docker.inspectImageCmd(uri).exec();
        } catch (NotFoundException missing) {
            String tried = pull.isZero() ? "" : " and could not pull it" + pulled(uri);
            try {
                return docker.inspectImageCmd(uri).exec();
            } catch (NotFoundException e) {
                throw new ContainerStartException(
                        "Runtime.ImageMissing",
                        "The Docker engine of this instance has no image " + uri + ", which the function " + function
                                + " runs from" + tried + ". Build or load it there (docker build -t " + uri
                                + ", docker load), or correct the function's image"
                                + (pull.isZero() ? "; berth up --pull-images 5m lets instances pull them." : "."),
                        e);
            }
        }
    }

    /** Why it could not be pulled; nothing if it was. */
    private String pulled(String uri) {
        try {
            // Without a tag the engine would pull all that there are.
            boolean bare = uri.indexOf(':', uri.lastIndexOf('/') + 1) < 0;
            boolean complete = docker.pullImageCmd(bare ? uri + ":latest" : uri)
                    .start()
                    .awaitCompletion(pull.toMillis(), TimeUnit.MILLISECONDS);
            return complete ? "" : ": it took longer than " + pull.toSeconds() + " s";
        } catch (DockerException e) {
            return ": " + String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ": this instance stops";
        }
    }

    private static List<String> list(String[] words) {
        return words == null ? List.of() : Arrays.asList(words);
    }
}
