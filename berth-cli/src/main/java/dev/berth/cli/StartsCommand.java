package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "starts",
        mixinStandardHelpOptions = true,
        description = {
            "How long invocations took from their publication to their start, against a bound: in containers that had run before"
                    + " (warm), that were made before they were asked for (prewarmed), and that were not (cold).",
            "A start that took longer is counted under the stage that took most of it: retries, routing, queued (on the"
                    + " instance), container start, init (of the function's code), hand-over (unpausing)."
        })
final class StartsCommand implements Callable<Integer> {
    private static final long LOOK_BACK_MS = 600_000;
    private static final double MOST_BOUND_MS = 3_600_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--bound",
            paramLabel = "MS",
            defaultValue = "100",
            description = "What a start may take, in milliseconds. Default: ${DEFAULT-VALUE}")
    private double boundMs;

    @Option(
            names = "--since",
            paramLabel = "TIME|-15m",
            converter = TimeConverter.class,
            description = "Of what ended since then: a time, or how long ago. Default: -10m")
    private Instant since;

    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant. Default: default")
    private String tenant;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        if (!(boundMs >= 0 && boundMs <= MOST_BOUND_MS)) {
            throw new ParameterException(
                    spec.commandLine(), "--bound must be 0 to 3600000 milliseconds, not " + boundMs);
        }
        long sinceMs = since == null ? System.currentTimeMillis() - LOOK_BACK_MS : since.toEpochMilli();
        JsonNode answer = options.gateway()
                .get("/starts?since=" + Math.max(0, sinceMs) + "&bound=" + Figures.fixed(boundMs, 3)
                        + (function == null ? "" : "&function=" + GatewayClient.escaped(function))
                        + (tenant == null ? "" : "&tenant=" + GatewayClient.escaped(tenant)));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
            return 0;
        }
        Table table = new Table("path", "starts", "p50", "p99", "longest", "over " + bound() + " ms", "because of");
        for (JsonNode row : answer.path("paths")) {
            boolean any = row.path("starts").asLong() > 0;
            table.row(
                    row.path("path").asText(),
                    Figures.count(row.path("starts").asLong()),
                    any ? ms(row.path("p50Ms")) : null,
                    any ? ms(row.path("p99Ms")) : null,
                    any ? ms(row.path("maxMs")) : null,
                    any ? Figures.count(row.path("misses").asLong()) : null,
                    parts(row.path("causes"), ""));
        }
        tables.print(table, out);
        if (!answer.path("slowest").isEmpty()) {
            out.println();
            out.println("The slowest:");
        }
        for (JsonNode miss : answer.path("slowest")) {
            out.println("  " + miss.path("id").asText() + " of "
                    + miss.path("function").asText() + ", "
                    + miss.path("path").asText() + ", " + ms(miss.path("ms")) + ": "
                    + parts(miss.path("stages"), " ms"));
        }
        return 0;
    }

    private String bound() {
        return boundMs == Math.rint(boundMs) ? Figures.fixed(boundMs, 0) : String.valueOf(boundMs);
    }

    private static String ms(JsonNode figure) {
        return Figures.fixed(figure.asDouble(), 1) + " ms";
    }

    /** Those that are not nothing, the largest first. */
    private static String parts(JsonNode byStage, String unit) {
        List<Map.Entry<String, JsonNode>> stages = new ArrayList<>(byStage.properties());
        stages.sort(Comparator.comparing(stage -> -stage.getValue().asDouble()));
        return stages.stream()
                .filter(stage -> stage.getValue().asDouble() >= 0.05)
                .map(stage -> stage.getKey() + " "
                        + (unit.isEmpty()
                                ? Figures.count(stage.getValue().asLong())
                                : Figures.fixed(stage.getValue().asDouble(), 1) + unit))
                .collect(Collectors.joining(", "));
    }
}
