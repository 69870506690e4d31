package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.invoke.InvokeBenchmark;
import dev.berth.bench.invoke.OverHttp;
import dev.berth.bench.invoke.StraightToKafka;
import dev.berth.bench.invoke.ThreeHops;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Json;
import dev.berth.executor.container.Directories;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench-invoke",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = {
            "Measures synchronous calls of a warm function that does nothing, over HTTP and straight to Kafka,",
            "beside three bare hops of Kafka: one broker, one run, one process."
        })
final class BenchInvokeCommand implements Callable<Integer> {
    private static final String FUNCTION = "noop";
    private static final byte[] PAYLOAD = "{\"key\":\"value\"}".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_CLIENTS = 1_000;
    private static final double GATEWAY_AIM = 1.2;
    /** So that 64 clients need no more than eight interpreters, whose starts are no part of this. */
    private static final String AT_A_TIME = "8";

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Half a minute instead of four.")
    private boolean quick;

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            description = "How many at a time, such as 1,8,64: one measurement for each.")
    private List<Integer> clients = List.of();

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (clients.stream().anyMatch(number -> number < 1 || number > MOST_CLIENTS)) {
            throw new ParameterException(spec.commandLine(), "--clients takes numbers from 1 to " + MOST_CLIENTS);
        }
        PrintWriter err = spec.commandLine().getErr();
        Path data = Files.createTempDirectory("berth-bench-");
        LocalConfig config =
                new LocalConfig(1, ContainerChoice.PROCESS, 0, 0, data, Terminal.home(), ContainerConfig.USUAL);
        LocalBerth berth = new LocalBerth(config, line -> err.println("berth: " + line));
        try (Shutdown shutdown = Shutdown.runs(err, berth::close)) {
            berth.start();
            deploy(berth, data);
            report(measure(berth, data.resolve("three-hops"), err));
        } finally {
            berth.close();
            Directories.delete(data);
        }
        return 0;
    }

    private List<InvokeBenchmark.Row> measure(LocalBerth berth, Path state, PrintWriter err) throws Exception {
        int partitions = berth.topics().invocations().partitions();
        try (ThreeHops bare = new ThreeHops(berth.kafka(), partitions, PAYLOAD.length, state);
                StraightToKafka direct =
                        new StraightToKafka(berth.kafka(), berth.topics(), berth.registry(), FUNCTION, PAYLOAD);
                OverHttp http = new OverHttp(URI.create(berth.gatewayUrl()), FUNCTION, PAYLOAD)) {
            InvokeBenchmark.Plan plan = quick ? InvokeBenchmark.Plan.quick() : InvokeBenchmark.Plan.usual();
            return new InvokeBenchmark(List.of(bare, direct, http), clients.isEmpty() ? plan : plan.with(clients))
                    .run(line -> err.println("berth: " + line));
        }
    }

    private void report(List<InvokeBenchmark.Row> rows) {
        PrintWriter out = spec.commandLine().getOut();
        ObjectNode figures = Json.object();
        var shown = figures.putArray("rows");
        rows.forEach(row -> shown.addObject()
                .put("way", row.way())
                .put("clients", row.clients())
                .put("p50Us", row.p50Us())
                .put("p99Us", row.p99Us())
                .put("p99CorrectedUs", row.p99CorrectedUs())
                .put("perSecond", row.perSecond())
                .put("cpuUsPerCall", row.cpuUs())
                .put("p50SpreadUs", row.spreadUs()));
        if (!json) {
            InvokeBenchmark.lines(rows).forEach(out::println);
        }
        // Three rows a number of clients: bare, straight to Kafka, HTTP.
        for (int i = 0; i + 2 < rows.size(); i += 3) {
            InvokeBenchmark.Row bare = rows.get(i);
            double gateway = rows.get(i + 2).p50Us() / rows.get(i + 1).p50Us();
            double overBare = rows.get(i + 1).p50Us() / bare.p50Us();
            figures.withObject("/httpOverDirectP50").put(Integer.toString(bare.clients()), gateway);
            figures.withObject("/directOverBareP50").put(Integer.toString(bare.clients()), overBare);
            if (!json) {
                out.printf(
                        "%2d clients: HTTP %.2f x straight to Kafka (aim: at most %.1f), which is %.2f x bare%n",
                        bare.clients(), gateway, GATEWAY_AIM, overBare);
            }
        }
        if (json) {
            out.println(Json.line(figures));
        }
    }

    private static void deploy(LocalBerth berth, Path data) throws Exception {
        Path code = Files.createDirectories(data.resolve("noop"));
        Files.writeString(code.resolve("noop.py"), "def handler(event, context):\n    return None\n");
        Deployment.ofCode(FUNCTION, "python3", "noop.handler", CodePackage.of(code), List.of())
                .environment(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", AT_A_TIME))
                .send(new GatewayClient(berth.gatewayUrl()));
    }
}
