package dev.berth.executor.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers as plain processes of this machine: each in a session and process group of its own, with a clean environment, a
 * scratch directory and no standard input. They share this machine's files, network and user: this isolates mistakes, not
 * malice. {@link ProcessWatch} kills those that take more than their share.
 *
 * <p>The group's leader is the runtime's program itself. Beside it waits a small shell on a pipe that this process holds: when
 * the pipe ends, because the container is told to go or because this process was killed, the shell kills the group. So not
 * even {@code kill -9} of the executor leaves anything.
 */
public final class ProcessRuntime implements ContainerRuntime {
    private static final Logger log = LoggerFactory.getLogger(ProcessRuntime.class);
    private static final Duration END_PATIENCE = Duration.ofSeconds(2);
    private static final String TMP = "tmp";
    /** Where the code of a container that was started without any will lie. */
    private static final String TASK = "task";

    private static final String LOOPBACK = "127.0.0.1";
    private static final String STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin";
    // No core, no more open files than in Docker, no file larger than the scratch directory may be, nothing for others
    // to
    // read. In the background the shell reads the pipe (fd 3) until it ends, then kills its group, itself included.
    private static final String LEADER = "exec 3<&0 </dev/null; ulimit -c 0; ulimit -n 1024; ulimit -f \"$1\"; shift; "
            + "umask 077; (read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & exec 3<&-; exec \"$@\"";
    private static final int FILE_BLOCKS_PER_MB = 2048;

    private final Path containers;
    private final Bootstraps bootstraps;
    private final String path;
    private final ProcessLimits limits;
    private final ProcessWatch watch;
    private final Map<String, ProcessContainer> running = new ConcurrentHashMap<>();

    /**
     * @param directory for scratch directories and bootstraps; what a former run left in it is removed
     * @param inheritedPath where interpreters are looked for after the standard places: the PATH of this process, or empty
     */
    public ProcessRuntime(Path directory, String inheritedPath, ProcessLimits limits) {
        this.limits = limits;
        this.containers = directory.resolve("containers");
        try {
            Directories.delete(containers);
            Files.createDirectories(containers);
        } catch (IOException e) {
            throw new UncheckedIOException("The containers' directory cannot be made: " + containers, e);
        }
        this.bootstraps = new Bootstraps(directory.resolve("runtimes"));
        this.path = inheritedPath.isEmpty() ? STANDARD_PATH : STANDARD_PATH + ":" + inheritedPath;
        this.watch = new ProcessWatch(limits, "berth-" + directory.getFileName() + "-watch");
    }

    @Override
    public String name() {
        return "process";
    }

    @Override
    public String apiHost() {
        return LOOPBACK;
    }

    @Override
    public Optional<String> weakness() {
        return Optional.of("functions run in plain processes, which isolate mistakes, not malice: as user "
                + System.getProperty("user.name")
                + ", with all of this machine's files, processes and network; memory, processes and disk are bounded by"
                + " looking, CPU is not");
    }

    /** An idle process that waits on its Runtime API costs nothing; stopping what it left running is not worth the risk. */
    @Override
    public boolean canPause() {
        return false;
    }

    @Override
    public RunningContainer start(ContainerSpec asked, EndListener ends) throws ContainerStartException {
        refuseWhatNeedsDocker(asked);
        Path home = containers.resolve(asked.containerId()).toAbsolutePath();
        ContainerSpec spec = asked.isPrewarmed() ? asked.withCode(home.resolve(TASK)) : asked;
        LambdaEnvironment.Places places = places(spec, home);
        List<String> command = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", LEADER, "berth"));
        command.add(Integer.toString(limits.mostTmpMb() * FILE_BLOCKS_PER_MB));
        command.addAll(bootstraps.command(spec, places, ProcessRuntime.this::interpreter));
        try {
            Files.createDirectories(home.resolve(TMP));
            Files.createDirectories(spec.code());
            ContainerLog output = new ContainerLog(home.resolve("log"));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(spec.code().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()));
            builder.environment().clear();
            builder.environment().putAll(LambdaEnvironment.of(spec, places));
            ProcessContainer container = new ProcessContainer(spec.containerId(), home, builder.start(), output);
            running.put(spec.containerId(), container);
            watch.watch(
                    spec.containerId(), container.process.pid(), home.resolve(TMP), spec.memoryMb(), container::kill);
            container.process.onExit().thenAcceptAsync(process -> ended(container, ends));
            return container;
        } catch (IOException e) {
            deleteQuietly(home);
            throw new ContainerStartException(
                    "Runtime.StartFailed",
                    "The process of container " + spec.containerId() + " could not be started: " + e.getMessage()
                            + ". Process containers need the programs setsid and sh on this machine.",
                    e);
        }
    }

    @Override
    public void close() {
        List<ProcessContainer> left = new ArrayList<>(running.values());
        left.forEach(ProcessContainer::kill);
        for (ProcessContainer container : left) {
            try {
                container.process.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        watch.close();
    }

    private void ended(ProcessContainer container, EndListener ends) {
        int code = container.process.exitValue();
        // The leader is gone; this ends whatever it started.
        container.kill();
        ContainerEnd end = watch.breach(container.id).orElseGet(() -> ContainerEnd.exit(ExitText.of(code)));
        if (!watch.end(container.id, END_PATIENCE)) {
            log.warn("Processes of container={} do not end; see ps -s {}", container.id, container.process.pid());
        }
        container.output.complete();
        container.leave();
        running.remove(container.id);
        ends.ended(container.id, end);
    }

    /** Java is there: this process runs on it. */
    private String interpreter(String program) throws ContainerStartException {
        Path own = Path.of(System.getProperty("java.home"), "bin", program);
        return program.equals("java") && Files.isExecutable(own)
                ? own.toString()
                : Interpreters.in(path).find(program);
    }

    private static void refuseWhatNeedsDocker(ContainerSpec spec) throws ContainerStartException {
        if (spec.extras().image() != null) {
            throw new ContainerStartException(
                    "Runtime.ImageNeedsDocker",
                    "The function " + spec.function() + " runs from the image "
                            + spec.extras().image().getUri()
                            + ", but this instance runs plain processes. Use an instance with Docker containers, or deploy the"
                            + " code itself with another runtime.");
        }
        if (!spec.extras().mounts().isEmpty()) {
            throw new ContainerStartException(
                    "Runtime.MountsNeedDocker",
                    "The function " + spec.function() + " asks for the mount "
                            + spec.extras().mounts().get(0).getTarget()
                            + ", but this instance runs plain processes, which see this machine's files where they lie. Use an"
                            + " instance with Docker containers, or deploy it without mounts.");
        }
    }

    private static void deleteQuietly(Path directory) {
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            // The next start of this instance removes it.
            log.warn("A container's directory could not be removed path={} cause={}", directory, e.toString());
        }
    }

    private LambdaEnvironment.Places places(ContainerSpec spec, Path home) {
        Path layers = spec.extras().layers();
        return new LambdaEnvironment.Places(
                spec.code().toAbsolutePath().toString(),
                bootstraps.directory(spec.runtime()).toAbsolutePath().toString(),
                (layers == null ? home.resolve("layers") : layers.toAbsolutePath()).toString(),
                home.resolve(TMP).toString(),
                path);
    }

    private final class ProcessContainer implements RunningContainer {
        private final String id;
        private final Path home;
        private final Process process;
        private final ContainerLog output;
        private boolean gone;

        private ProcessContainer(String id, Path home, Process process, ContainerLog output) {
            this.id = id;
            this.home = home;
            this.process = process;
            this.output = output;
        }

        @Override
        public String remoteAddress() {
            return LOOPBACK;
        }

        @Override
        public ContainerLog log() {
            return output;
        }

        @Override
        public Optional<String> limitBehind(String message) {
            return Optional.empty();
        }

        @Override
        public long memoryBytes() {
            return KernelFigures.anonymousBytes(process.pid());
        }

        @Override
        public long fileBytes() {
            return Directories.size(home.resolve(TMP));
        }

        @Override
        public synchronized CodeOrder specialise(ContainerSpec spec) throws ContainerStartException {
            ContainerSpec own = spec.withCode(home.resolve(TASK));
            LambdaEnvironment.Places places = places(own, home);
            List<String> command = bootstraps.command(spec, places, ProcessRuntime.this::interpreter);
            LinkedTree.fill(spec, own.code(), gone);
            return new CodeOrder(LambdaEnvironment.of(spec, places), command);
        }

        private synchronized void leave() {
            gone = true;
            deleteQuietly(home);
        }

        @Override
        public void pause() {
            throw new UnsupportedOperationException("Processes are not paused: " + id);
        }

        @Override
        public void unpause() {
            throw new UnsupportedOperationException("Processes are not paused: " + id);
        }

        @Override
        public void kill() {
            // The pipe's end kills the group. The rest is for code that killed the waiting shell or left the group.
            Set<ProcessHandle> all = new LinkedHashSet<>();
            process.descendants().forEach(all::add);
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                log.debug("The pipe of container={} was closed already", id, e);
            }
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
