package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.starts.StartSubject;
import dev.berth.bench.starts.StartsBenchmark;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.ContainerChoice;
import dev.berth.cli.local.ContainerConfig;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.executor.container.Directories;
import dev.berth.executor.pool.PrewarmRule;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench-starts",
        hidden = true,
        mixinStandardHelpOptions = true,
        description =
                "Measures starts in prewarmed and in new Docker containers beside the engine's own create + start.")
final class BenchStartsCommand implements Callable<Integer> {
    private static final String RUNTIME = "python3";
    private static final int MEMORY_MB = 128;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration EACH = Duration.ofMillis(50);
    private static final String HANDLER = """
            import time

            def handler(event, context):
                return time.time()
            """;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often each way is measured. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        Path data = Files.createTempDirectory("berth-bench-");
        PrewarmRule rule = new PrewarmRule(RUNTIME, MEMORY_MB, 1, 1, PrewarmRule.USUAL_TTL_MS);
        LocalConfig config = new LocalConfig(
                1,
                ContainerChoice.DOCKER,
                0,
                0,
                data,
                Terminal.home(),
                ContainerConfig.USUAL.withPrewarm(List.of(rule)));
        LocalBerth berth = new LocalBerth(config, line -> err.println("berth: " + line));
        try (Shutdown shutdown = Shutdown.runs(err, berth::close)) {
            berth.start();
            GatewayClient gateway = new GatewayClient(berth.gatewayUrl());
            StartsBenchmark.Report report =
                    new StartsBenchmark(new Subject(gateway, data), "berth/" + RUNTIME).run(rounds);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.line(figures(report)));
            } else {
                report.lines().forEach(out::println);
            }
        } finally {
            berth.close();
            Directories.delete(data);
        }
        return 0;
    }

    private static ObjectNode figures(StartsBenchmark.Report report) {
        ObjectNode figures = Json.object();
        List.of(report.bare(), report.prewarmed(), report.prewarmedCodeThere(), report.cold())
                .forEach(series -> figures.putObject(series.what())
                        .put("starts", series.ms().size())
                        .put("p50Ms", series.quantile(0.5))
                        .put("p90Ms", series.quantile(0.9))
                        .put("maxMs", series.quantile(1))
                        .put("ofBare", report.ratio(series)));
        return figures.put("others", report.others());
    }

    private record Subject(GatewayClient gateway, Path folder) implements StartSubject {
        private static final String FUNCTIONS = "/2015-03-31/functions/";

        @Override
        public void deploy(String name, String packageId, boolean prewarmable) {
            try {
                Path code = Files.createTempDirectory(folder, "code-");
                Files.writeString(code.resolve("app.py"), "# " + packageId + "\n" + HANDLER);
                Deployment.ofCode(name, RUNTIME, "app.handler", CodePackage.of(code), List.of())
                        .memoryMb(MEMORY_MB)
                        // It is read when the interpreter starts: a container that runs one already will not do.
                        .environment(prewarmable ? Map.of() : Map.of("PYTHONHASHSEED", "0"))
                        .send(gateway);
            } catch (IOException e) {
                throw new Failure("The benchmark's function cannot be written: " + e, e);
            }
        }

        @Override
        public void awaitPrewarmed() {
            long askedMs = System.currentTimeMillis();
            while (!isPrewarmed(askedMs)) {
                if (System.currentTimeMillis() > askedMs + PATIENCE.toMillis()) {
                    throw new Failure("No prewarmed container got ready in " + PATIENCE.toSeconds() + " s.");
                }
                LockSupport.parkNanos(EACH.toNanos());
            }
        }

        /** As the instance said after a moment: what it said before may be of a container that has been taken since. */
        private boolean isPrewarmed(long afterMs) {
            JsonNode instance = gateway.get("/instances").path("instances").path(0);
            JsonNode kept = instance.path("prewarmed").path(0);
            return instance.path("sentMs").asLong() > afterMs
                    && instance.path("load").path("running").asInt() == 0
                    && kept.path("ready").asInt() > 0
                    && kept.path("underway").asInt() == 0;
        }

        @Override
        public Start invoke(String name) {
            GatewayClient.Answer answer = GatewayClient.required(gateway.send(
                    "POST",
                    FUNCTIONS + name + "/invocations",
                    "{}".getBytes(StandardCharsets.UTF_8),
                    Map.of("Content-Type", "application/json")));
            try {
                JsonNode timings =
                        Json.parse(answer.header("X-Berth-Timings").orElse("{}").getBytes(StandardCharsets.UTF_8));
                double calledMs = answer.json().asDouble() * 1_000;
                return new Start(
                        answer.header("X-Berth-Reuse").orElse(""),
                        calledMs - timings.path("receivedUs").asDouble() / 1_000);
            } catch (IOException e) {
                throw new Failure("The gateway's timings cannot be read: " + e, e);
            }
        }

        @Override
        public void delete(String name) {
            GatewayClient.required(gateway.send("DELETE", FUNCTIONS + name, null, Map.of()));
        }
    }
}
