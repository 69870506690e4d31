package dev.berth.cli;

import dev.berth.cli.config.LogFormat;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.local.Watch;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.gateway.auth.KeyFile;
import dev.berth.telemetry.trace.TraceSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts broker, schema registry, router, executors and gateway in one process.",
            "One line on stdout when ready; Ctrl-C stops it and leaves nothing but the data."
        })
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "2",
            description = "Executors, each with containers of its own. Default: ${DEFAULT-VALUE}")
    private int instances;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Of the gateway and schema registry; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = {
                "That the gateway listens on; any but this machine's own loopback needs --auth or --no-auth. Kafka stays on"
                        + " loopback. Default: ${DEFAULT-VALUE}"
            })
    private String host;

    @Option(
            names = "--auth",
            negatable = true,
            description = "Whether callers need a key; see berth keys. Default: none on loopback")
    private Boolean auth;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Of Kafka; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private int kafkaPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the data is kept. Default: .berth/up of the repository")
    private Path data;

    @Option(
            names = "--traces",
            paramLabel = "URL|log",
            description = {
                "Where spans of invocations go: a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318, or log."
                        + " Default: nowhere"
            })
    private String traces = "";

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            converter = LogFormatConverter.class,
            defaultValue = "text",
            description = "Of the log file in the data folder. Default: ${DEFAULT-VALUE}")
    private LogFormat logFormat;

    @Mixin
    private LocalOptions options;

    @Mixin
    private ContainerOptions container;

    @Override
    public Integer call() throws InterruptedException {
        long startedNs = System.nanoTime();
        LocalConfig config = config();
        PrintWriter err = spec.commandLine().getErr();
        err.println(Version.text());
        LocalBerth berth = new LocalBerth(config, line -> err.println("berth: " + line));
        try (Shutdown shutdown = Shutdown.runs(err, berth::close)) {
            berth.start();
            sayHowToMakeKeys(err, config);
            double seconds = (System.nanoTime() - startedNs) / 1e9;
            PrintWriter out = spec.commandLine().getOut();
            out.println(options.json() ? json(berth, config, seconds) : line(berth, config, seconds));
            out.flush();
            shutdown.await();
        }
        return 0;
    }

    private static void sayHowToMakeKeys(PrintWriter err, LocalConfig config) {
        if (config.door().auth()
                && new KeyFile(LocalBerth.gatewayDir(config.dataDir()))
                        .read()
                        .all()
                        .isEmpty()) {
            err.println("berth: note: there is no key yet, so nobody is let in; ./berth keys create --data "
                    + config.dataDir() + " makes one");
        }
    }

    private static String line(LocalBerth berth, LocalConfig config, double seconds) {
        return "Ready in " + Figures.fixed(seconds, 1) + " s: gateway " + berth.gatewayUrl() + "  kafka "
                + berth.bootstrapServers() + "  schema registry " + berth.registryUrl() + "  (" + config.instances()
                + " instances, " + word(berth) + " containers, data in " + config.dataDir() + ")";
    }

    private static String json(LocalBerth berth, LocalConfig config, double seconds) {
        return Json.line(Json.object()
                .put("gateway", berth.gatewayUrl())
                .put("kafka", berth.bootstrapServers())
                .put("schemaRegistry", berth.registryUrl())
                .put("instances", config.instances())
                .put("containers", word(berth))
                .put("data", config.dataDir().toString())
                .put("seconds", Figures.rounded(seconds, 2)));
    }

    private static String word(LocalBerth berth) {
        return berth.containers().name().toLowerCase(Locale.ROOT);
    }

    private LocalConfig config() {
        Path folder = data == null ? Terminal.home().resolve(".berth/up") : data;
        try {
            return new LocalConfig(
                            instances,
                            options.containers(),
                            port,
                            kafkaPort,
                            folder.toAbsolutePath().normalize(),
                            Terminal.home(),
                            container.config(spec, options.containers()),
                            LocalConfig.Door.of(host, auth))
                    .withWatch(new Watch(new TraceSettings(traces, 1), logFormat));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
