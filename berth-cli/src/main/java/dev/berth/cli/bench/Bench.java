package dev.berth.cli.bench;

import dev.berth.bench.invoke.InvokeBenchmark;
import dev.berth.bench.invoke.Meter;
import dev.berth.bench.invoke.OneHop;
import dev.berth.bench.invoke.OverHttp;
import dev.berth.bench.invoke.StraightToKafka;
import dev.berth.bench.invoke.ThreeHops;
import dev.berth.bench.invoke.Way;
import dev.berth.bench.report.BenchReport;
import dev.berth.bench.starts.StartsBenchmark;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.Images;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.executor.pool.PrewarmRule;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One run: a broker, a Berth on it, bare clients beside it, and what they measured. Used by one thread; closed by any. */
public final class Bench implements AutoCloseable {
    private static final byte[] PAYLOAD = "{\"key\":\"value\"}".getBytes(StandardCharsets.UTF_8);
    private static final int MEMORY_MB = 128;
    /** Beyond a container for each client: those whose starts are measured, and the prewarmed one. */
    private static final int SPARE = 16;

    private final Plan plan;
    private final Path data;
    private final Consumer<String> progress;
    private final LocalBerth berth;

    /** The ways to make a call, in the order of the tables. */
    public enum WayName {
        HOP,
        HOPS,
        KAFKA,
        HTTP
    }

    /**
     * What to measure.
     *
     * @param docker whether starts in Docker are, if an engine answers
     * @param ways only these, and no starts; empty for everything
     */
    public record Plan(InvokeBenchmark.Plan calls, StartsBenchmark.Plan starts, boolean docker, Set<WayName> ways) {
        /** Within a minute. */
        public static Plan quick() {
            return new Plan(InvokeBenchmark.Plan.quick(), StartsBenchmark.Plan.quick(), true, Set.of());
        }

        /** Some seven minutes. */
        public static Plan usual() {
            return new Plan(InvokeBenchmark.Plan.usual(), StartsBenchmark.Plan.usual(), true, Set.of());
        }

        private int mostClients() {
            return calls.clients().stream().mapToInt(Integer::intValue).max().orElse(1);
        }
    }

    /**
     * @param data an empty folder for all it writes
     * @param progress told what is being done
     */
    public Bench(Plan plan, Path data, Path home, Consumer<String> progress) {
        this.plan = plan;
        this.data = data;
        this.progress = progress;
        PrewarmRule rule = new PrewarmRule(StartsThroughGateway.RUNTIME, MEMORY_MB, 1, 1, PrewarmRule.USUAL_TTL_MS);
        ContainerConfig usual = ContainerConfig.USUAL;
        // Pausing is not what is measured.
        ContainerConfig containers = new ContainerConfig(Duration.ZERO, usual.docker(), usual.grants(), List.of(rule));
        int slots = plan.mostClients() + SPARE;
        LocalConfig config = new LocalConfig(1, ContainerChoice.PROCESS, 0, 0, data, home, containers)
                .withSize(new LocalConfig.Size(slots, slots * MEMORY_MB));
        this.berth = new LocalBerth(config, progress);
    }

    /** Measures all. */
    public BenchReport run() throws Exception {
        berth.start();
        GatewayClient gateway = new GatewayClient(berth.gatewayUrl());
        String handler = NoopFunction.deploy(gateway, data, MEMORY_MB, progress);
        List<InvokeBenchmark.Row> rows = calls();
        List<StartsBenchmark.Report> starts = new ArrayList<>();
        List<String> unproved = new ArrayList<>();
        if (plan.ways().isEmpty()) {
            progress.accept("starts, in processes");
            starts.add(starts(gateway, "process", Optional.empty()));
        }
        if (plan.ways().isEmpty() && plan.docker()) {
            if (Images.engineAnswers()) {
                progress.accept("starts, in Docker");
                berth.replaceInstances("docker-1", ContainerChoice.DOCKER);
                starts.add(starts(gateway, "docker", Optional.of("berth/" + StartsThroughGateway.RUNTIME)));
            } else {
                unproved.add("NO DOCKER ENGINE ANSWERS: starts in Docker were not measured.");
            }
        }
        return new BenchReport(
                LocalDate.now(ZoneOffset.UTC).toString(), Machine.words(), handler, rows, starts, unproved);
    }

    @Override
    public void close() {
        berth.close();
    }

    private List<InvokeBenchmark.Row> calls() throws Exception {
        int partitions = berth.topics().invocations().partitions();
        try (OneHop hop = new OneHop(berth.kafka(), PAYLOAD);
                ThreeHops bare = new ThreeHops(berth.kafka(), partitions, PAYLOAD, data.resolve("three-hops"));
                StraightToKafka direct = new StraightToKafka(
                        berth.kafka(), berth.topics(), berth.registry(), NoopFunction.NAME, PAYLOAD);
                OverHttp http = new OverHttp(URI.create(berth.gatewayUrl()), NoopFunction.NAME, PAYLOAD)) {
            Map<WayName, Way> all = new EnumMap<>(WayName.class);
            all.put(WayName.HOP, hop);
            all.put(WayName.HOPS, bare);
            all.put(WayName.KAFKA, direct);
            all.put(WayName.HTTP, http);
            if (!plan.ways().isEmpty()) {
                all.keySet().retainAll(plan.ways());
            }
            List<Way> ways = List.copyOf(all.values());
            return new InvokeBenchmark(ways, plan.calls(), new Meter(data)).run(progress);
        }
    }

    private StartsBenchmark.Report starts(GatewayClient gateway, String containers, Optional<String> image)
            throws IOException {
        StartsThroughGateway subject = new StartsThroughGateway(gateway, data, MEMORY_MB);
        return new StartsBenchmark(subject, containers, image).run(plan.starts());
    }
}
