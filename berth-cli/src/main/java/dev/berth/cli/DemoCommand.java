package dev.berth.cli;

import dev.berth.cli.demo.Demo;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.local.LocalConfig;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.LiveLines;
import dev.berth.executor.container.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs 20,000 real flights through a Berth of its own, and checks what came out.",
            "Each flight is a record on Kafka keyed by its airport; a Python function counts an airport's flights in the memory of"
                    + " the container that the airport is pinned to. Exit code 1 if anything was lost, doubled or went elsewhere."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MOST_EVENTS = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many flights; beyond 20000 the file is read again. Default: ${DEFAULT-VALUE}")
    private int events;

    @Option(names = "--instances", paramLabel = "N", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
    private int instances;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Flights published a second; 0, the default, is as fast as Kafka takes them. The latencies then are those"
                            + " of a queue of all flights.")
    private int perSecond;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "When to give up what has not come back. Default: 60 and one for each 100 flights")
    private Integer timeoutSeconds;

    @Mixin
    private LocalOptions options;

    @Override
    public Integer call() {
        requireBounds();
        PrintWriter err = spec.commandLine().getErr();
        // Made by whoever starts Berth in it, so that a wrong option leaves no folder behind.
        Path data = Path.of(System.getProperty("java.io.tmpdir"), "berth-demo-" + UUID.randomUUID());
        LocalConfig config = config(data);
        LocalBerth berth = new LocalBerth(config, line -> err.println("berth: " + line));
        boolean passed = false;
        LiveLines progress = Terminal.progress(err);
        Shutdown shutdown = Shutdown.runs(err, () -> {
            progress.end();
            end(berth, data, false);
        });
        try {
            passed = run(berth, progress, err);
        } finally {
            end(berth, data, !passed);
            shutdown.close();
        }
        if (!passed) {
            throw new Failure("The demo failed; its data and log (berth.log) are kept in " + data + ".");
        }
        return 0;
    }

    private boolean run(LocalBerth berth, LiveLines progress, PrintWriter err) {
        long startedNs = System.nanoTime();
        berth.start();
        err.println("berth: ready in " + Figures.fixed((System.nanoTime() - startedNs) / 1e9, 1) + " s with "
                + instances + " instances and " + berth.containers().name().toLowerCase(Locale.ROOT) + " containers");
        Demo demo = new Demo(berth, Terminal.home().resolve("examples"), progress, Terminal.tableColumns());
        Demo.Report report = demo.run(events, perSecond, timeout());
        print(report, err);
        return report.faults().isEmpty();
    }

    private void print(Demo.Report report, PrintWriter err) {
        PrintWriter out = spec.commandLine().getOut();
        report.faults().forEach(fault -> err.println("berth: " + fault));
        report.missing().forEach(place -> err.println("berth:   " + place));
        err.flush();
        if (options.json()) {
            out.println(Json.line(report.json()));
        } else {
            out.println();
            report.table().forEach(out::println);
            if (report.faults().isEmpty()) {
                out.println("All checks passed.");
            }
        }
        out.flush();
    }

    private static void end(LocalBerth berth, Path data, boolean keepData) {
        berth.close();
        if (!keepData) {
            try {
                Directories.delete(data);
            } catch (IOException e) {
                throw new Failure("The demo's data in " + data + " could not be deleted: " + e.getMessage(), e);
            }
        }
    }

    private void requireBounds() {
        require(events >= 1 && events <= MOST_EVENTS, "--events must be 1 to " + MOST_EVENTS + ", not " + events);
        require(perSecond >= 0, "--rate must not be negative");
        require(timeoutSeconds == null || timeoutSeconds > 0, "--timeout must be positive");
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private Duration timeout() {
        long publishingSeconds = perSecond == 0 ? 0 : events / perSecond;
        return Duration.ofSeconds(timeoutSeconds != null ? timeoutSeconds : 60 + events / 100 + publishingSeconds);
    }

    private LocalConfig config(Path data) {
        try {
            return new LocalConfig(instances, options.containers(), 0, 0, data, Terminal.home());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
