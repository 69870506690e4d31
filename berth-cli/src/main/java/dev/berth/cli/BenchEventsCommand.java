package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.events.EventBurst;
import dev.berth.cli.bench.EventsBench;
import dev.berth.cli.text.Json;
import dev.berth.executor.container.Directories;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench-events",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Measures a burst of events through a trigger, and a replay of it, beside a plain consumer.")
final class BenchEventsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "20,000 events instead of 200,000.")
    private boolean quick;

    @Option(names = "--events", paramLabel = "N", description = "How many.")
    private Integer events;

    @Option(names = "--keys", paramLabel = "N", defaultValue = "1000", description = "Over so many keys.")
    private int keys;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "The trigger's batch size.")
    private int batch;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int count = events != null ? events : quick ? 20_000 : 200_000;
        Path data = Files.createTempDirectory("berth-bench-events-");
        EventsBench bench = new EventsBench(
                new EventBurst.Plan(count, keys, batch), data, Terminal.home(), line -> err.println("berth: " + line));
        EventsBench.Measured measured;
        try (Shutdown shutdown = Shutdown.runs(err, bench::close)) {
            measured = bench.run();
        } finally {
            bench.close();
            Directories.delete(data);
        }
        EventBurst.Result result = measured.burst();
        if (json) {
            ObjectNode row = Json.object();
            row.put("events", count).put("keys", keys).put("batch", batch);
            row.put("plainPerSecond", result.plainPerSecond()).put("perSecond", result.perSecond());
            row.put("replayedPerSecond", measured.replayedPerSecond());
            row.put("seconds", result.seconds()).put("mostInFlight", result.mostInFlight());
            row.put("failed", result.failed());
            result.heapMb().forEach(row.putArray("heapMb")::add);
            out.println(Json.line(row));
        } else {
            out.println(text(result, measured.replayedPerSecond()));
        }
        return 0;
    }

    private static String text(EventBurst.Result result, double replayed) {
        return String.format(
                Locale.ROOT,
                "%d events over %d keys, batches of %d: %.0f s%n"
                        + "through the trigger   %8.0f a second (from a tenth to nine tenths)%n"
                        + "replayed              %8.0f a second (%.2f of that)%n"
                        + "a plain consumer      %8.0f a second (%.1f times as many)%n"
                        + "in flight at most     %8d%n"
                        + "given up              %8d%n"
                        + "heap after GC, MB     %s%n"
                        + "bottlenecks           %s",
                result.plan().events(),
                result.plan().keys(),
                result.plan().batchSize(),
                result.seconds(),
                result.perSecond(),
                replayed,
                replayed / result.perSecond(),
                result.plainPerSecond(),
                result.plainPerSecond() / result.perSecond(),
                result.mostInFlight(),
                result.failed(),
                result.heapMb(),
                result.bottlenecks());
    }
}
