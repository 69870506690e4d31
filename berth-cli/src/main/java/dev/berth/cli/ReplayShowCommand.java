package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how far a replay is, and with --compare how its results differ until now.",
            "Exit code 1 if any does."
        })
final class ReplayShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The replay.")
    private String id;

    @Option(names = "--compare", description = "Say how each result differs from its original's.")
    private boolean compare;

    @Option(
            names = "--differences",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many differences --compare shows. Default: ${DEFAULT-VALUE}")
    private int differences;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        JsonNode replay = options.gateway().get(ReplayWatch.path(id));
        if (compare) {
            return compared(replay, differences, options, tables, spec) > 0 ? Main.FAILED : 0;
        }
        ReplayWatch.print(replay, options, spec);
        return 0;
    }

    /** Prints a replay and its differences; returns how many there are. */
    static long compared(JsonNode replay, int shown, GatewayOptions options, TableOptions tables, CommandSpec spec) {
        JsonNode report =
                options.gateway().get(ReplayWatch.path(replay.path("id").asText()) + "/differences?limit=" + shown);
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            ObjectNode both = Json.object();
            both.set("replay", replay);
            both.setAll((ObjectNode) report);
            out.println(Json.line(both));
            return ReplayText.differing(report.path("totals"));
        }
        ReplayText.show(replay, out);
        return ReplayText.differences(report, tables, out);
    }
}
