package dev.berth.executor.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Mount;
import dev.berth.schemas.ImageRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers in Docker: without root, capabilities, a writable root or a way out, with limits of memory, CPU and processes.
 * They see their code and the bootstrap read-only, a bounded /tmp, and on their own internal network nothing but this
 * machine's end of it, where the Runtime API listens.
 *
 * <p>All that an instance makes carries labels with its id and its data directory; what carries them when the instance
 * starts was left by a killed run, and is removed.
 */
public final class DockerRuntime implements ContainerRuntime {
    static final String INSTANCE = "dev.berth.instance";
    static final String HOME = "dev.berth.home";
    static final String CONTAINER = "dev.berth.container";

    private static final Logger log = LoggerFactory.getLogger(DockerRuntime.class);
    private static final Duration ENGINE_PATIENCE = Duration.ofSeconds(30);
    private static final String EXIT_CODE = "exitCode";

    private final DockerClient docker;
    private final Map<String, String> labels;
    private final Path homes;
    private final Path users;
    private final DockerSettings settings;
    private final InstanceGrants grants;
    private final DockerImages images;
    private final Bootstraps bootstraps;
    private final DockerNetworks networks;
    private final Map<String, DockerContainer> running = new ConcurrentHashMap<>();
    private final ResultCallback.Adapter<Event> events;
    private volatile boolean closing;

    /**
     * Connects to the engine that DOCKER_HOST or the usual socket names, and removes what a former run of this instance left.
     *
     * @throws EngineException if no engine answers, it refuses, or it lacks what containers are kept in with
     */
    public DockerRuntime(String instanceId, Path directory, DockerSettings settings, InstanceGrants grants) {
        this.docker = DockerConnection.open(null);
        this.settings = settings;
        this.grants = grants;
        this.images = new DockerImages(docker, grants.imagePull());
        requireWhatKeepsContainersIn();
        String home = directory.toAbsolutePath().normalize().toString();
        this.labels = Map.of(INSTANCE, instanceId, HOME, home);
        this.homes = directory.resolve("containers");
        this.users = directory.resolve("passwd").toAbsolutePath();
        try {
            removeLeftContainers();
            Directories.delete(homes);
            Files.createDirectories(homes);
            // The logs in it can be written by every user, each being its container's; so nobody else may come this
            // far.
            Files.setPosixFilePermissions(homes, PosixFilePermissions.fromString("rwx------"));
            Files.writeString(users, DockerPlan.passwordFile());
            Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r--r--"));
            this.bootstraps = new Bootstraps(directory.resolve("runtimes"));
            this.networks = DockerNetworks.create(docker, labels, settings.allowNetwork());
            this.events = follow();
            warnOfMissingImages();
        } catch (DockerException | IOException e) {
            closeClient();
            throw new EngineException(
                    "The Docker engine refuses what instance " + instanceId + " needs: " + DockerConnection.oneLine(e)
                            + ". Check its log and your rights, or run containers as processes.",
                    e);
        }
    }

    /** Whether an engine answers, without a word if it does. */
    public static void check() {
        check(null);
    }

    /** The same of an engine at an address, such as {@code unix:///var/run/docker.sock}. */
    static void check(String address) {
        try (DockerClient client = DockerConnection.open(address)) {
            client.versionCmd().exec();
        } catch (IOException e) {
            throw new EngineException("The connection to the Docker engine failed: " + e.getMessage(), e);
        }
    }

    /** There is no engine, or it refuses. The message is one line, with what to do. */
    public static final class EngineException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EngineException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public String apiHost() {
        return networks.gateway();
    }

    @Override
    public Optional<String> weakness() {
        return networks.lack();
    }

    @Override
    public boolean canPause() {
        return true;
    }

    @Override
    public RunningContainer start(ContainerSpec asked, EndListener ends) throws ContainerStartException {
        ContainerSpec spec = asked.isPrewarmed() ? asked.withCode(task(asked.containerId())) : asked;
        DockerNetwork network = networks.of(spec);
        ImageRef own = spec.extras().image();
        DockerImage image = own == null ? DockerImage.ofRuntime(spec.runtime()) : images.of(spec.function(), own);
        List<String> command =
                own == null ? bootstraps.command(spec, DockerPlan.PLACES, program -> program) : image.command();
        List<Mount> mounts = DockerMounts.of(spec, grants);
        DockerContainer container = null;
        try {
            Path home = Files.createDirectories(homes.resolve(spec.containerId()));
            if (spec.isPrewarmed()) {
                Files.createDirectories(spec.code());
            }
            Path output = home.resolve("log");
            container = new DockerContainer(
                    spec.containerId(),
                    home,
                    new ContainerLog(output),
                    ends,
                    new DockerBreaches(spec.memoryMb(), settings));
            // The container's user is another than this process's.
            Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rw-rw-rw-"));
            // Side by side with the engine's own work: neither is to be waited for longer than it takes.
            container.port = DockerNetworks.portOf(spec);
            HostFirewall.Opening door = networks.open(container.port);
            Path bootstrap = bootstraps.directory(spec.runtime()).toAbsolutePath();
            CreateContainerResponse created = new DockerPlan(
                            spec, image, command, mounts, bootstrap, users, output.toAbsolutePath(), settings)
                    .create(docker, network, labels);
            container.engineId = created.getId();
            // Known before it runs: it may end at once.
            running.put(container.engineId, container);
            door.await();
            docker.startContainerCmd(container.engineId).exec();
            container.address = look(container, network);
            return container;
        } catch (DockerException | IOException e) {
            if (container != null && container.engineId != null) {
                running.remove(container.engineId);
                removeContainer(container.engineId);
            }
            if (container != null) {
                container.leave();
                container.output.close();
            }
            if (e instanceof NotFoundException && String.valueOf(e.getMessage()).contains("No such image")) {
                throw new ContainerStartException(
                        "Runtime.ImageMissing",
                        "The Docker engine has no image " + image.name() + ". Make it with " + DockerPlan.IMAGE_SCRIPT
                                + " " + spec.runtime() + ".",
                        e);
            }
            if (own != null && String.valueOf(e.getMessage()).contains("stat /bin/sh: no such file")) {
                throw new ContainerStartException(
                        "Runtime.ImageWithoutShell",
                        "The image " + image.name() + " of the function " + spec.function()
                                + " has no /bin/sh, which leads what it prints into Berth's log. Build it on a base that"
                                + " has one.",
                        e);
            }
            throw new ContainerStartException(
                    "Runtime.StartFailed",
                    "The Docker engine did not start container " + spec.containerId() + ": "
                            + DockerConnection.oneLine(e),
                    e);
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            running.keySet().forEach(this::removeContainer);
            removeLeftContainers();
            events.close();
            networks.remove(docker);
        } catch (DockerException | IOException e) {
            log.warn(
                    "Not all of this instance could be removed from Docker; its next start does cause={}",
                    DockerConnection.oneLine(e));
        }
        // The engine's news of these ends may have been cut off.
        running.values().forEach(container -> ended(container.engineId, 137));
        closeClient();
    }

    private void requireWhatKeepsContainersIn() {
        Optional<String> lack = EngineCheck.lack(docker, settings);
        if (lack.isPresent()) {
            closeClient();
            throw new EngineException(
                    "The Docker engine cannot keep containers in. " + lack.get() + ", or run containers as processes.",
                    null);
        }
    }

    /** What a container sees as its task root if it is started without code. */
    private Path task(String containerId) {
        return homes.resolve(containerId).resolve("task");
    }

    /** Its address; empty if the container has ended already, of which the engine's news tells. */
    private String look(DockerContainer container, DockerNetwork network) {
        try {
            InspectContainerResponse inspected =
                    docker.inspectContainerCmd(container.engineId).exec();
            Long pid = inspected.getState().getPidLong();
            if (pid != null && pid > 0) {
                container.breaches.runs(pid, container.engineId);
                container.memory.runs(pid, container.engineId);
            }
            return inspected
                    .getNetworkSettings()
                    .getNetworks()
                    .get(network.name())
                    .getIpAddress();
        } catch (NotFoundException e) {
            return "";
        }
    }

    private ResultCallback.Adapter<Event> follow() {
        ResultCallback.Adapter<Event> callback = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Event event) {
                if (event.getActor() == null || event.getActor().getId() == null) {
                    return;
                }
                if ("oom".equals(event.getAction())) {
                    outOfMemory(event.getActor().getId());
                    return;
                }
                Map<String, String> attributes = event.getActor().getAttributes();
                String code = attributes == null ? null : attributes.get(EXIT_CODE);
                ended(event.getActor().getId(), code == null ? 137 : Integer.parseInt(code));
            }

            @Override
            public void onError(Throwable error) {
                if (!closing) {
                    log.error(
                            "The Docker engine's news broke off instance={} cause={}. Ends of containers are seen by "
                                    + "timeouts only; restart this instance once the engine is back.",
                            labels.get(INSTANCE),
                            DockerConnection.oneLine(error));
                }
                super.onError(error);
            }
        };
        docker.eventsCmd()
                .withEventFilter("oom", "die", "destroy")
                .withLabelFilter(INSTANCE + "=" + labels.get(INSTANCE), HOME + "=" + labels.get(HOME))
                .exec(callback);
        try {
            callback.awaitStarted(ENGINE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return callback;
    }

    /** This news comes before that of its end. */
    private void outOfMemory(String engineId) {
        DockerContainer container = running.get(engineId);
        if (container != null) {
            container.breaches.outOfMemory();
        }
    }

    private void ended(String engineId, int code) {
        DockerContainer container = running.remove(engineId);
        if (container != null) {
            ContainerEnd end = container.breaches.end(code, container.output.size());
            container.leave();
            container.ends.ended(container.id, end);
        }
    }

    private void warnOfMissingImages() {
        List<String> missing = new ArrayList<>();
        for (String runtime : Bootstraps.RUNTIMES) {
            try {
                docker.inspectImageCmd(DockerImage.nameOf(runtime)).exec();
            } catch (NotFoundException e) {
                missing.add(runtime);
            }
        }
        if (!missing.isEmpty()) {
            log.warn(
                    "The Docker engine has no images for {}; functions of these runtimes will fail. Make them with {} {}",
                    missing,
                    DockerPlan.IMAGE_SCRIPT,
                    String.join(" ", missing));
        }
    }

    private void removeLeftContainers() {
        List<String> filters = labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .toList();
        List<Container> left = docker.listContainersCmd()
                .withShowAll(true)
                .withFilter("label", filters)
                .exec();
        left.forEach(container -> removeContainer(container.getId()));
        if (!left.isEmpty() && !closing) {
            log.info("Removed containers of a former run instance={} count={}", labels.get(INSTANCE), left.size());
        }
    }

    private void removeContainer(String engineId) {
        try {
            docker.removeContainerCmd(engineId)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | ConflictException e) {
            log.debug("Container {} was on its way out already", engineId, e);
        }
    }

    private void closeClient() {
        try {
            docker.close();
        } catch (IOException e) {
            log.debug("The connection to the Docker engine did not close", e);
        }
    }

    private final class DockerContainer implements RunningContainer {
        private final String id;
        private final Path home;
        private final ContainerLog output;
        private final EndListener ends;
        private final DockerBreaches breaches;
        private final DockerMemory memory = new DockerMemory();
        private volatile String engineId;
        private volatile String address;
        private volatile int port;
        private boolean gone;

        private DockerContainer(String id, Path home, ContainerLog output, EndListener ends, DockerBreaches breaches) {
            this.id = id;
            this.home = home;
            this.output = output;
            this.ends = ends;
            this.breaches = breaches;
        }

        @Override
        public String remoteAddress() {
            return address;
        }

        @Override
        public ContainerLog log() {
            return output;
        }

        @Override
        public Optional<String> limitBehind(String message) {
            return breaches.behind(message);
        }

        @Override
        public long memoryBytes() {
            return memory.anonymousBytes();
        }

        @Override
        public long fileBytes() {
            return memory.fileBytes();
        }

        @Override
        public synchronized CodeOrder specialise(ContainerSpec spec) throws ContainerStartException {
            List<String> command = bootstraps.command(spec, DockerPlan.PLACES, program -> program);
            LinkedTree.fill(spec, task(id), gone);
            return new CodeOrder(LambdaEnvironment.of(spec, DockerPlan.PLACES), command);
        }

        @Override
        public void pause() {
            try {
                docker.pauseContainerCmd(engineId).exec();
            } catch (DockerException e) {
                // It goes on as it was, at worst at the cost of some CPU.
                log.debug("Container {} was not paused", id, e);
            }
        }

        @Override
        public void unpause() {
            try {
                docker.unpauseContainerCmd(engineId).exec();
            } catch (NotFoundException | ConflictException e) {
                log.debug("Container {} has ended", id, e);
            } catch (InternalServerErrorException e) {
                // What older engines say of one that is not paused.
                if (!String.valueOf(e.getMessage()).contains("not paused")) {
                    throw e;
                }
            }
        }

        @Override
        public void kill() {
            try {
                removeContainer(engineId);
            } catch (IllegalStateException e) {
                // The engine told of its end before it answered this, and the instance has closed its connection since.
                log.debug("The removal of container {} was not waited for", id, e);
            } catch (DockerException e) {
                log.error(
                        "Container {} could not be removed cause={}. Berth goes on without it; see docker ps --filter "
                                + "label={}={}",
                        id,
                        DockerConnection.oneLine(e),
                        CONTAINER,
                        id);
            }
            // The engine says so itself too; whichever comes first counts.
            DockerRuntime.this.ended(engineId, 137);
        }

        private synchronized void leave() {
            gone = true;
            output.complete();
            networks.shut(port);
            try {
                Directories.delete(home);
            } catch (IOException e) {
                // The next start of this instance removes it.
                log.warn("A container's directory could not be removed path={} cause={}", home, e.toString());
            }
        }
    }
}
