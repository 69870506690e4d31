package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "instances",
        mixinStandardHelpOptions = true,
        description =
                "Shows the instances: their state, load, the functions they have containers of, and their containers without code.")
final class InstancesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--all", description = "Those that have left as well.")
    private boolean all;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        JsonNode answer = options.gateway().get("/instances?all=" + all);
        if (options.json()) {
            spec.commandLine().getOut().println(Json.line(answer));
            return 0;
        }
        Table table = new Table(
                "instance",
                "state",
                "slot",
                "epoch",
                "containers",
                "running",
                "queued",
                "memory",
                "runs",
                "heard",
                "warm",
                "prewarmed");
        long nowMs = System.currentTimeMillis();
        for (JsonNode instance : answer.path("instances")) {
            JsonNode load = instance.path("load");
            table.row(
                    instance.path("id").asText(),
                    instance.path("state").asText(),
                    instance.path("slot").asText(""),
                    instance.path("epoch").asText(""),
                    load.path("containers").asText(""),
                    load.path("running").asText("") + " of "
                            + instance.path("slots").asText("?"),
                    load.path("queued").asText(""),
                    load.path("usedMemoryMb").asText("") + " of "
                            + instance.path("memoryMb").asText("?") + " MB",
                    instance.path("containerRuntime").asText(""),
                    instance.has("sentMs")
                            ? Figures.age(nowMs, instance.path("sentMs").asLong()) + " ago"
                            : null,
                    warm(instance.path("warm")),
                    prewarmed(instance.path("prewarmed")));
        }
        tables.print(table, spec.commandLine().getOut());
        return 0;
    }

    private static String warm(JsonNode functions) {
        List<String> words = new ArrayList<>();
        for (JsonNode function : functions) {
            words.add(function.path("function").asText() + " "
                    + (function.path("idle").asInt() + function.path("busy").asInt()));
        }
        return String.join(", ", words);
    }

    private static String prewarmed(JsonNode configurations) {
        List<String> words = new ArrayList<>();
        for (JsonNode kept : configurations) {
            int ready = kept.path("ready").asInt();
            int underway = kept.path("underway").asInt();
            if (ready + underway > 0) {
                words.add(kept.path("runtime").asText() + ":"
                        + kept.path("memoryMb").asText() + " " + ready + (underway > 0 ? "+" + underway : ""));
            }
        }
        return String.join(", ", words);
    }
}
