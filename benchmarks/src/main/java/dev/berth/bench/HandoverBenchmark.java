package dev.berth.bench;

import dev.berth.executor.ContainerBackend;
import dev.berth.executor.ExecutorConfig;
import dev.berth.executor.container.ContainerRuntime;
import dev.berth.executor.container.ContainerSpec;
import dev.berth.executor.container.Directories;
import dev.berth.executor.container.DockerRuntime;
import dev.berth.executor.container.DockerSettings;
import dev.berth.executor.container.InstanceGrants;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Result;
import dev.berth.schemas.Timings;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * How long an invocation takes on its way through a warm container: from the dispatch received by the executor to the result
 * ready, with a handler in C that does nothing. The baseline is the bare long poll that it cannot do without: the same program in
 * the same kind of container, with the least server there can be. Both take turns, so that what else this machine does meets
 * both.
 *
 * <p>The promise: p50 beyond the bare round trip is under 1 ms.
 */
public final class HandoverBenchmark {
    private static final int ROUNDS = 10;
    private static final int A_ROUND = 300;
    private static final int MEMORY_MB = 1_769; // One whole CPU for each.
    private static final double PROMISED_MS = 1;

    private HandoverBenchmark() {}

    /** Prints the figures; exits with 1 if the promise is broken. Needs a Docker engine, its image berth/provided, and cc. */
    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("berth-handover-");
        boolean kept;
        try {
            kept = run(home, System.out);
        } finally {
            Directories.delete(home);
        }
        System.exit(kept ? 0 : 1);
    }

    private static boolean run(Path home, PrintStream out) throws Exception {
        Path code = Files.createDirectories(home.resolve("noop"));
        Path bootstrap = NoopCode.compile(code);
        double[] bareMs = new double[ROUNDS * A_ROUND];
        double[] berthMs = new double[ROUNDS * A_ROUND];
        double[] queueMs = new double[ROUNDS * A_ROUND];
        try (ContainerRuntime runtime = new DockerRuntime(
                        "bench-bare", home.resolve("bare"), DockerSettings.USUAL, InstanceGrants.NONE);
                BareLongPoll bare = new BareLongPoll(runtime.apiHost());
                OneInstance berth = new OneInstance(seed -> new ExecutorConfig(
                        seed.id(),
                        seed.kafka(),
                        seed.registry(),
                        seed.topics(),
                        ContainerBackend.DOCKER,
                        home.resolve("instance"),
                        1,
                        MEMORY_MB))) {
            runtime.start(
                    new ContainerSpec(
                            "bench-bare",
                            "t",
                            "noop",
                            "1",
                            "provided",
                            "bootstrap",
                            MEMORY_MB,
                            Map.of(),
                            false,
                            code,
                            runtime.apiHost() + ":" + bare.port(),
                            ContainerSpec.Extras.NONE),
                    (id, end) -> {});
            bare.connect();
            FunctionVersion version = berth.deploy("noop", bootstrap, false);
            for (int i = 0; i < 2 * A_ROUND; i++) {
                bare.roundTripNs();
                berth.invoke("noop", version, "k");
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < A_ROUND; i++) {
                    bareMs[round * A_ROUND + i] = bare.roundTripNs() / 1e6;
                }
                for (int i = 0; i < A_ROUND; i++) {
                    Result result = berth.invoke("noop", version, "k");
                    Timings timings = result.getTimings();
                    berthMs[round * A_ROUND + i] = (timings.getEndedUs() - timings.getReceivedUs()) / 1e3;
                    queueMs[round * A_ROUND + i] = (timings.getStartedUs() - timings.getReceivedUs()) / 1e3;
                }
            }
        }
        Arrays.sort(bareMs);
        Arrays.sort(berthMs);
        Arrays.sort(queueMs);
        double beyond = at(berthMs, 0.5) - at(bareMs, 0.5);
        out.printf("Warm hand-over, %d of each, no-op handler in C, Docker, in ms%n", berthMs.length);
        out.printf("%-42s %8s %8s %8s%n", "", "p50", "p90", "p99");
        line(out, "bare long poll: work out, answer in", bareMs);
        line(out, "Berth: dispatch received, result ready", berthMs);
        line(out, "  of it: dispatch received, handed over", queueMs);
        out.printf(
                "Beyond the bare round trip: p50 %.3f ms (%.1f times the bare one); promised is under %.0f ms%n",
                beyond, at(berthMs, 0.5) / at(bareMs, 0.5), PROMISED_MS);
        return beyond < PROMISED_MS;
    }

    private static void line(PrintStream out, String what, double[] sorted) {
        out.printf("%-42s %8.3f %8.3f %8.3f%n", what, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99));
    }

    private static double at(double[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * (sorted.length - 1)))];
    }
}
