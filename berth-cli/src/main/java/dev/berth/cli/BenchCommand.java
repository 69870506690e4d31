package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.invoke.InvokeBenchmark;
import dev.berth.bench.report.BenchPicture;
import dev.berth.bench.report.BenchReport;
import dev.berth.bench.report.BenchText;
import dev.berth.bench.starts.StartsBenchmark;
import dev.berth.cli.bench.Bench;
import dev.berth.cli.bench.CoreBench;
import dev.berth.cli.text.Json;
import dev.berth.executor.container.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Berth beside bare Kafka: one run, one broker, the same payloads.",
            "Calls of a warm function that does nothing, over Kafka and over HTTP, beside one and three bare hops;",
            "then warm, prewarmed and cold starts, in processes and in Docker.",
            "With --core: the cores alone, with JMH. With --scale: how the router's core takes to many keys and instances."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int MOST_CLIENTS = 1_000;
    private static final int MOST_ROUNDS = 1_000;
    private static final String DOCS = "topology-docs";

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Within a minute instead of some seven.")
    private boolean quick;

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            description = "How many calls at a time, such as 64,8,1: one measurement for each.")
    private List<Integer> clients = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "How often each way to call is measured.")
    private Integer rounds;

    @Option(names = "--round-ms", paramLabel = "MS", description = "How long each round is, in milliseconds.")
    private Long roundMs;

    @Option(
            names = "--ways",
            paramLabel = "WAY",
            split = ",",
            description = "Only these, to look at one of them closely: ${COMPLETION-CANDIDATES}; no starts then.")
    private Set<Bench.WayName> ways = Set.of();

    @Option(
            names = "--no-docker",
            description = "Measure no starts in Docker. They are measured where an engine answers.")
    private boolean noDocker;

    @Option(
            names = "--write-docs",
            description = "Write the tables and a picture to " + DOCS + "/bench.md and " + DOCS + "/bench.svg.")
    private boolean writeDocs;

    @Option(
            names = "--core",
            paramLabel = "PATTERN",
            arity = "0..1",
            fallbackValue = "",
            description = "Measure the cores instead; only those whose names match, if that is given.")
    private String core;

    @Option(
            names = "--scale",
            description = "Measure the router's core with 1,000 to 10,000,000 keys on 10 to 10,000 instances instead.")
    private boolean scale;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (core != null || scale) {
            CoreBench cores = new CoreBench(quick, json, line -> err.println("berth: " + line));
            (scale ? cores.scale() : cores.jmh(core)).forEach(out::println);
            return 0;
        }
        Bench.Plan plan = plan();
        Path data = Files.createTempDirectory("berth-bench-");
        Bench bench = new Bench(plan, data, Terminal.home(), line -> err.println("berth: " + line));
        BenchReport report;
        try (Shutdown shutdown = Shutdown.runs(err, bench::close)) {
            report = bench.run();
        } finally {
            bench.close();
            Directories.delete(data);
        }
        report.unproved().forEach(what -> err.println("berth: *** " + what));
        if (writeDocs) {
            write(report);
        }
        if (json) {
            out.println(Json.line(figures(report)));
        } else {
            BenchText.lines(report).forEach(out::println);
        }
        return 0;
    }

    private Bench.Plan plan() {
        if (clients.stream().anyMatch(number -> number < 1 || number > MOST_CLIENTS)) {
            throw new ParameterException(spec.commandLine(), "--clients takes numbers from 1 to " + MOST_CLIENTS);
        }
        if (rounds != null && (rounds < 1 || rounds > MOST_ROUNDS)) {
            throw new ParameterException(spec.commandLine(), "--rounds takes a number from 1 to " + MOST_ROUNDS);
        }
        if (roundMs != null && roundMs < 1) {
            throw new ParameterException(spec.commandLine(), "--round-ms takes a number of milliseconds above 0");
        }
        Bench.Plan usual = quick ? Bench.Plan.quick() : Bench.Plan.usual();
        InvokeBenchmark.Plan calls = usual.calls();
        long ms = roundMs == null ? calls.roundMs() : roundMs;
        calls = new InvokeBenchmark.Plan(
                clients.isEmpty() ? calls.clients() : clients,
                rounds == null ? calls.rounds() : rounds,
                Math.min(calls.warmUpMs(), 2 * ms),
                ms);
        StartsBenchmark.Plan startsPlan = usual.starts();
        if (rounds != null) {
            startsPlan = new StartsBenchmark.Plan(startsPlan.warmUp(), rounds, startsPlan.kinds());
        }
        return new Bench.Plan(calls, startsPlan, !noDocker, ways);
    }

    private static void write(BenchReport report) throws IOException {
        Path docs = Terminal.home().resolve(DOCS);
        List<String> page = new ArrayList<>(
                List.of("# Berth beside bare Kafka", "", "Written by `./berth bench --write-docs`.", ""));
        page.addAll(List.of("![Bars of latency, throughput and starts](bench.svg)", ""));
        page.addAll(BenchText.markdown(report));
        Files.write(docs.resolve("bench.md"), page);
        Files.writeString(docs.resolve("bench.svg"), BenchPicture.svg(report));
    }

    private static ObjectNode figures(BenchReport report) {
        ObjectNode figures = Json.object();
        report.ratios().forEach(ratio -> figures.put(ratio.name(), ratio.value()));
        figures.put("date", report.date()).put("machine", report.machine()).put("handler", report.handler());
        var missed = figures.putArray("missed");
        report.ratios().stream().filter(BenchReport.Ratio::misses).forEach(ratio -> missed.add(ratio.name()));
        var unproved = figures.putArray("unproved");
        report.unproved().forEach(unproved::add);
        var calls = figures.putArray("calls");
        report.rows()
                .forEach(row -> calls.addObject()
                        .put("way", row.way())
                        .put("inFlight", row.clients())
                        .put("p50Us", row.p50Us())
                        .put("p99Us", row.p99Us())
                        .put("p99CorrectedUs", row.p99CorrectedUs())
                        .put("perSecond", row.perSecond())
                        .put("cpuUsPerCall", row.cpuUs())
                        .put("diskBytesPerCall", row.diskBytes())
                        .put("p50SpreadUs", row.p50SpreadUs())
                        .put("perSecondSpread", row.perSecondSpread()));
        var started = figures.putArray("starts");
        for (StartsBenchmark.Report of : report.starts()) {
            of.series()
                    .forEach(series -> started.addObject()
                            .put("kind", series.kind().words())
                            .put("containers", of.containers())
                            .put("starts", series.ms().size())
                            .put("p50Ms", series.quantile(0.5))
                            .put("p90Ms", series.quantile(0.9))
                            .put("maxMs", series.quantile(1)));
        }
        return figures;
    }
}
