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

@Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one dead letter with all that it holds.")
final class DlqShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The letter, as dlq list names it, such as 0-17.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode letter = options.gateway().get("/dead-letters/" + GatewayClient.escaped(id));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(letter));
        } else {
            letter.properties()
                    .forEach(field -> out.println(field.getKey() + ": "
                            + (field.getValue().isValueNode()
                                    ? field.getValue().asText()
                                    : Json.line(field.getValue()))));
        }
        return 0;
    }
}
