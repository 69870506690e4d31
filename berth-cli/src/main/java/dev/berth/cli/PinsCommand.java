package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "pins",
        mixinStandardHelpOptions = true,
        description = "Shows which instance and container serve which key.")
final class PinsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Option(names = "--key", paramLabel = "VALUE", description = "Of this key only; needs --function.")
    private String key;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}")
    private int limit;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        if (key != null && function == null) {
            throw new ParameterException(spec.commandLine(), "--key needs --function: a key belongs to a function");
        }
        StringBuilder path = new StringBuilder("/pins?limit=").append(limit);
        if (function != null) {
            path.append("&function=").append(GatewayClient.escaped(function));
        }
        if (key != null) {
            path.append("&key=").append(GatewayClient.escaped(key));
        }
        JsonNode answer = options.gateway().get(path.toString());
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
        } else if (key != null && answer.path("pin").isNull()) {
            out.println("none");
        } else {
            print(key == null ? answer.path("pins") : List.of(answer.path("pin")), out);
            if (answer.hasNonNull("next")) {
                out.println("... and more: give --limit or --function");
            }
        }
        return 0;
    }

    private void print(Iterable<JsonNode> pins, PrintWriter out) {
        long nowMs = System.currentTimeMillis();
        Table table = new Table("function", "key", "instance", "container", "version", "last used");
        for (JsonNode pin : pins) {
            table.row(
                    pin.path("function").asText(),
                    pin.path("key").asText(),
                    pin.path("instanceId").asText(),
                    pin.path("containerId").asText(""),
                    pin.path("functionVersion").asText(),
                    Figures.age(nowMs, pin.path("lastUsedMs").asLong()) + " ago");
        }
        tables.print(table, out);
    }
}
