package dev.berth.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.sim.faults.FaultRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./berth sim}: runs a trace against routing rules and keep-alive policies. Its policy {@code berth} is the router's own rule. */
@Command(
        name = "sim",
        mixinStandardHelpOptions = true,
        description =
                "Runs a trace of invocations against routing rules and keep-alive policies, or the control plane under"
                        + " random faults, in virtual time.")
public final class SimMain implements Callable<Integer> {
    private static final double HALF_HOUR_MS = 1_800_000;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "A trace, plain or gzip; a directory of the Azure 2019 trace; sample; or synthetic:bursty, synthetic:gpu,"
                            + " synthetic:timers.")
    private String trace;

    @Option(
            names = "--format",
            defaultValue = "auto",
            description = "auto, berth, azure2019 or azure2021. Default: ${DEFAULT-VALUE}.")
    private TraceReader.Format format;

    @Option(names = "--instances", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}.")
    private int instances;

    @Option(
            names = "--slots",
            defaultValue = "16",
            description = "Invocations at a time, each instance. Default: ${DEFAULT-VALUE}.")
    private int slots;

    @Option(names = "--memory", defaultValue = "4096", description = "MB, each instance. Default: ${DEFAULT-VALUE}.")
    private double memoryMb;

    @Option(
            names = "--policy",
            split = ",",
            defaultValue = "berth",
            description = "Routing rules, or all. Default: ${DEFAULT-VALUE}.")
    private List<String> policies;

    @Option(
            names = "--keepalive",
            split = ",",
            defaultValue = "reuse",
            description = "Keep-alive policies, or all. Default: ${DEFAULT-VALUE}.")
    private List<String> keepAlives;

    @Option(
            names = "--news-ms",
            defaultValue = "0",
            description = "How late routers learn of what happens on instances. Default: ${DEFAULT-VALUE}.")
    private double newsMs;

    @Option(
            names = "--seed",
            description = "Of the trace; with --faults, runs this seed and tells how it went. Default: 1.")
    private Long givenSeed;

    @Option(
            names = "--faults",
            description =
                    "No trace: the router, the fleet and the executors while random faults strike, with their promises"
                            + " checked.")
    private boolean faults;

    @Option(
            names = "--seeds",
            defaultValue = "1000",
            description = "With --faults: how many. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--lose-at-ms",
            description =
                    "An instance dies then; the cold starts of the half hour after are compared with a run without.")
    private Double loseAtMs;

    @Option(
            names = "--back-after-ms",
            description = "How long after its death the instance comes back, empty. Default: never.")
    private Double backAfterMs;

    @Option(names = "--json", description = "One JSON object for each policy and keep-alive.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Runs the command and exits. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command by itself; {@code ./berth} adds it as a subcommand. */
    public static CommandLine commandLine() {
        return new CommandLine(new SimMain()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws IOException {
        if (faults) {
            return underFaults();
        }
        if (trace == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Give a trace with --trace, such as --trace sample; or --faults.");
        }
        long seed = givenSeed == null ? 1 : givenSeed;
        if (instances < 1 || slots < 1 || !(memoryMb > 0) || newsMs < 0) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--instances and --slots must be at least 1, --memory above 0, --news-ms at least 0.");
        }
        List<String> chosenPolicies = chosen("--policy", policies, Policies.NAMES);
        List<String> chosenKeepAlives = chosen("--keepalive", keepAlives, KeepAlives.NAMES);
        Trace read = TraceReader.read(trace, format, seed);
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d invocations of %,d keys; %d instances of %d slots and %,.0f MB; news %.0f ms late; seed %d%n",
                    trace,
                    read.size(),
                    read.keyCount(),
                    instances,
                    slots,
                    memoryMb,
                    newsMs,
                    seed);
            out.println(SimTable.header(loseAtMs != null));
        }
        for (String keepAlive : chosenKeepAlives) {
            for (String policy : chosenPolicies) {
                show(read, policy, keepAlive, out);
                out.flush();
            }
        }
        return 0;
    }

    private int underFaults() throws JsonProcessingException {
        if (trace != null || seeds < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--faults takes no --trace, and --seeds must be at least 1.");
        }
        FaultRuns runs = givenSeed == null ? new FaultRuns(1, seeds) : new FaultRuns(givenSeed, 1);
        int broken = runs.run(json ? null : spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            runs.printJson(out);
        } else {
            runs.print(out);
        }
        out.flush();
        return broken == 0 ? 0 : 1;
    }

    private void show(Trace read, String policy, String keepAlive, PrintWriter out) throws JsonProcessingException {
        Simulation simulation = simulation(read, policy, keepAlive, Double.NaN);
        SimResult result = simulation.run();
        Double extraPercent = null;
        if (loseAtMs != null) {
            Simulation losing = simulation(read, policy, keepAlive, loseAtMs);
            result = losing.run();
            double without = simulation.metrics().coldsBetween(loseAtMs, loseAtMs + HALF_HOUR_MS);
            double with = losing.metrics().coldsBetween(loseAtMs, loseAtMs + HALF_HOUR_MS);
            extraPercent = 100 * (with - without) / Math.max(1, without);
        }
        out.println(
                json
                        ? new ObjectMapper().writeValueAsString(fields(result, extraPercent))
                        : SimTable.row(result, extraPercent));
    }

    private Simulation simulation(Trace read, String policy, String keepAlive, double lostAtMs) {
        RuleSettings settings = RuleSettings.defaults();
        SimConfig config = new SimConfig(
                instances,
                slots,
                memoryMb,
                policy,
                keepAlive,
                newsMs,
                givenSeed == null ? 1 : givenSeed,
                lostAtMs,
                backAfterMs == null ? Double.POSITIVE_INFINITY : backAfterMs);
        return new Simulation(read, config, Policies.named(policy, settings), settings);
    }

    private Map<String, Object> fields(SimResult result, Double extraPercent) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trace", trace);
        fields.put("policy", result.policy());
        fields.put("keepAlive", result.keepAlive());
        fields.put("instances", instances);
        fields.put("slots", slots);
        fields.put("memoryMb", memoryMb);
        fields.put("newsMs", newsMs);
        fields.put("seed", givenSeed == null ? 1 : givenSeed);
        fields.put("invocations", result.invocations());
        fields.put("ended", result.ended());
        fields.put("warmPercent", result.warmPercent());
        fields.put("coldStarts", result.coldStarts());
        fields.put("meanDelayMs", result.meanDelayMs());
        fields.put("p99DelayMs", result.p99DelayMs());
        fields.put("p50Slowdown", result.p50Slowdown());
        fields.put("p99Slowdown", result.p99Slowdown());
        fields.put("imbalance", result.imbalance());
        fields.put("pinsMoved", result.pinsMoved());
        fields.put("memoryGb", result.memoryGb());
        if (extraPercent != null) {
            fields.put("extraColdPercentAfterLoss", extraPercent);
        }
        return fields;
    }

    private List<String> chosen(String option, List<String> given, List<String> known) {
        if (given.equals(List.of("all"))) {
            return known;
        }
        for (String name : given) {
            if (!known.contains(name)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        option + " knows no " + name + "; there are " + String.join(", ", known) + ", and all.");
            }
        }
        return given;
    }
}
