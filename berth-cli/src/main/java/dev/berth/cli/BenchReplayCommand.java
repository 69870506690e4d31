package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.replay.ReplayRate;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.executor.container.Directories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench-replay",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast past invocations of a function that does nothing are replayed, beside how fast they",
            "ran when they came; rounds of both in turn, on one broker, in process containers."
        })
final class BenchReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many a round. Default: ${DEFAULT-VALUE}")
    private int events;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path data = Files.createTempDirectory("berth-bench-replay-");
        try (LocalBerth berth = new LocalBerth(
                new LocalConfig(2, ContainerChoice.PROCESS, 0, 0, data, Terminal.home(), ContainerConfig.USUAL),
                progress -> {})) {
            berth.start();
            ObjectNode report = measure(berth, data);
            spec.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? Json.line(report)
                                    : "live "
                                            + Figures.count(
                                                    report.path("livePerSecond").asLong())
                                            + "/s, replayed "
                                            + Figures.count(report.path("replayedPerSecond")
                                                    .asLong()) + "/s: "
                                            + report.path("ratio").asDouble() + " of the live rate (medians of "
                                            + rounds
                                            + " rounds of " + Figures.count(events) + ")");
        } finally {
            Directories.delete(data);
        }
        return 0;
    }

    private ObjectNode measure(LocalBerth berth, Path data) throws IOException {
        GatewayClient gateway = new GatewayClient(berth.gatewayUrl());
        Path code = Files.writeString(data.resolve("noop.py"), "def handler(event, context): return event\n");
        byte[] zip = CodePackage.of(new TreeMap<>(Map.of("noop.py", code)), "the benchmark");
        Deployment.ofCode("noop", "python3", "noop.handler", zip, List.of()).send(gateway);
        List<Double> live = new ArrayList<>();
        List<Double> replayed = new ArrayList<>();
        try (ReplayRate rate = new ReplayRate(berth.kafka(), berth.registry(), berth.topics())) {
            rate.live("noop", Math.min(events, 2_000)); // The containers are warm from here on.
            for (int round = 0; round < rounds; round++) {
                long fromMs = System.currentTimeMillis();
                live.add(rate.live("noop", events));
                String request = Json.line(Json.object()
                        .put("from", fromMs)
                        .put("function", "noop")
                        .put("maxUnfinished", 5_000));
                long startNs = System.nanoTime();
                String id = GatewayClient.required(
                                gateway.send("POST", "/replays", request.getBytes(StandardCharsets.UTF_8), Map.of()))
                        .json()
                        .path("id")
                        .asText();
                replayed.add(rate.replayed(id, events, startNs));
            }
        }
        double liveRate = median(live);
        double replayRate = median(replayed);
        return Json.object()
                .put("events", events)
                .put("rounds", rounds)
                .put("livePerSecond", Math.round(liveRate))
                .put("replayedPerSecond", Math.round(replayRate))
                .put("ratio", Figures.rounded(replayRate / liveRate, 2));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
