package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists triggers and how they do.")
final class TriggerListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Mixin
    private TableOptions tables;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode answer = options.gateway()
                .get(TriggerCommand.PATH + (function == null ? "" : "?function=" + GatewayClient.escaped(function)));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
        } else {
            tables.print(TriggerText.table(answer.path("triggers")), out);
        }
        return 0;
    }
}
