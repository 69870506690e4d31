package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows all of a function's configuration: what runs, and how it is routed, limited and retried.")
final class FunctionsShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The function.")
    private String name;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode function = options.gateway()
                .get(FunctionsCommand.FUNCTIONS + "/" + GatewayClient.escaped(name) + "/configuration");
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(function));
        } else {
            function.properties().forEach(field -> {
                JsonNode value = field.getValue();
                String text = value.isNull() ? "-" : value.isValueNode() ? value.asText() : Json.line(value);
                out.println(field.getKey() + ": " + text);
            });
        }
        return 0;
    }
}
