package dev.berth.bench;

import dev.berth.executor.ContainerBackend;
import dev.berth.executor.ExecutorConfig;
import dev.berth.executor.container.Directories;
import dev.berth.executor.pool.PoolLimits;
import dev.berth.schemas.FunctionVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What idle containers cost in CPU once they are paused: that of their own processes, of the engine and its helpers, and of the
 * executor. The baseline is the same time of the same process on the same machine just before, without any container.
 *
 * <p>The engine's shims are told apart: each container has one, whoever made it, and wakes a few times a minute for housekeeping
 * of its own. On the machine where this was written that is 0.2 to 0.3 ms of CPU a second, for a bare {@code docker run} too.
 */
public final class IdleContainersBenchmark {
    private static final int CONTAINERS = 200;
    private static final int MEMORY_MB = 128;
    private static final Duration WATCHED = Duration.ofSeconds(30);
    private static final Duration SETTLES = Duration.ofSeconds(10);
    private static final double TICKS_PER_SECOND = 100;

    private IdleContainersBenchmark() {}

    /** Prints the figures. Arguments: how many containers, if not {@value #CONTAINERS}. Needs an engine on this machine, and cc. */
    public static void main(String[] args) throws Exception {
        int containers = args.length > 0 ? Integer.parseInt(args[0]) : CONTAINERS;
        Path home = Files.createTempDirectory("berth-idle-");
        try {
            run(home, containers, System.out);
        } finally {
            Directories.delete(home);
        }
    }

    /** CPU seconds used so far. */
    private record Used(double containers, double shims, double engine, double executor) {
        Used since(Used before) {
            return new Used(
                    containers - before.containers,
                    shims - before.shims,
                    engine - before.engine,
                    executor - before.executor);
        }
    }

    private static void run(Path home, int containers, PrintStream out) throws Exception {
        Path bootstrap = NoopCode.compile(Files.createDirectories(home.resolve("noop")));
        int memoryMb = containers * MEMORY_MB;
        try (OneInstance berth = new OneInstance(seed -> new ExecutorConfig(
                        seed.id(),
                        seed.kafka(),
                        seed.registry(),
                        seed.topics(),
                        ContainerBackend.DOCKER,
                        home.resolve("instance"),
                        2,
                        memoryMb)
                .withLimits(
                        PoolLimits.of(2, memoryMb).with().pauseAfterMs(2_000).build()))) {
            FunctionVersion version = berth.deploy("noop", bootstrap, true);
            berth.invoke(
                    "noop", version,
                    "key-0"); // So that the first of each kind of work is done before the baseline too.
            Used without = watch(List.of());
            long began = System.nanoTime();
            for (int i = 1; i < containers; i++) {
                berth.invoke("noop", version, "key-" + i);
            }
            double startedS = (System.nanoTime() - began) / 1e9;
            List<String> paused = awaitPaused(containers);
            Used with = watch(paused);
            out.printf(
                    "%d containers, started in %.0f s, all paused; CPU seconds a second, over %d s each%n",
                    containers, startedS, WATCHED.toSeconds());
            out.printf("%-38s %12s %12s %12s%n", "", "without", "with", "difference");
            line(out, "their own processes", without.containers, with.containers);
            line(out, "the shims that hold them", without.shims, with.shims);
            line(out, "dockerd and containerd", without.engine, with.engine);
            line(out, "executor (and this run's broker)", without.executor, with.executor);
        }
    }

    private static void line(PrintStream out, String what, double without, double with) {
        double seconds = WATCHED.toSeconds();
        out.printf("%-38s %12.4f %12.4f %12.4f%n", what, without / seconds, with / seconds, (with - without) / seconds);
    }

    private static Used watch(List<String> containers) throws Exception {
        Thread.sleep(SETTLES.toMillis());
        Used before = used(containers);
        Thread.sleep(WATCHED.toMillis());
        return used(containers).since(before);
    }

    private static List<String> awaitPaused(int number) throws IOException, InterruptedException {
        long ends = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            List<String> paused = paused();
            if (paused.size() >= number) {
                return paused;
            }
            if (System.nanoTime() > ends) {
                throw new IllegalStateException("Only " + paused.size() + " of " + number + " containers are paused");
            }
            Thread.sleep(500);
        }
    }

    /** Their ids, as the engine gives them. */
    private static List<String> paused() throws IOException {
        Process docker = new ProcessBuilder(
                        "docker",
                        "ps",
                        "-q",
                        "--no-trunc",
                        "--filter",
                        "label=dev.berth.instance=bench",
                        "--filter",
                        "status=paused")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static Used used(List<String> containers) throws IOException {
        double own = 0;
        for (String container : containers) {
            own += groupSeconds(container);
        }
        double shims = 0;
        double engine = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String command = command(process);
                if (command.contains("containerd-shim")) {
                    // Others' containers have theirs.
                    shims += containers.stream().anyMatch(command::contains) ? seconds(process) : 0;
                } else if (command.startsWith("dockerd")
                        || command.contains("/dockerd")
                        || command.contains("containerd")) {
                    engine += seconds(process);
                }
            }
        }
        return new Used(own, shims, engine, seconds(Path.of("/proc/self")));
    }

    private static double groupSeconds(String engineId) throws IOException {
        Path first = Path.of("/sys/fs/cgroup/cpuacct/docker", engineId, "cpuacct.usage");
        if (Files.exists(first)) {
            return Long.parseLong(Files.readString(first).strip()) / 1e9;
        }
        for (String place : List.of("docker/" + engineId, "system.slice/docker-" + engineId + ".scope")) {
            Path second = Path.of("/sys/fs/cgroup", place, "cpu.stat");
            if (Files.exists(second)) {
                String used = Files.readAllLines(second).get(0);
                return Long.parseLong(used.replace("usage_usec ", "").strip()) / 1e6;
            }
        }
        throw new IOException("The control group of container " + engineId + " is not where engines put it");
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // It has just ended.
        }
    }

    /** User and system time, with that of its children that have ended. */
    private static double seconds(Path process) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return 0; // It has just ended.
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
