package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Lists;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "functions",
        mixinStandardHelpOptions = true,
        description = "Lists functions, or deletes one.",
        subcommands = {FunctionsShowCommand.class, FunctionsConcurrencyCommand.class})
final class FunctionsCommand implements Callable<Integer> {
    static final String FUNCTIONS = "/2015-03-31/functions";

    @Spec
    private CommandSpec spec;

    @Option(names = "--delete", paramLabel = "NAME", description = "Delete this function.")
    private String delete;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        GatewayClient gateway = options.gateway();
        if (delete != null) {
            GatewayClient.required(
                    gateway.send("DELETE", FUNCTIONS + "/" + GatewayClient.escaped(delete), null, java.util.Map.of()));
            spec.commandLine()
                    .getOut()
                    .println(
                            options.json()
                                    ? Json.line(Json.object().put("deleted", delete))
                                    : "Deleted " + delete + ".");
            return 0;
        }
        ArrayNode functions = Lists.all(gateway, FUNCTIONS, "Functions");
        if (options.json()) {
            spec.commandLine().getOut().println(Json.line(functions));
            return 0;
        }
        Table table = new Table("function", "runtime", "handler", "memory", "timeout", "code bytes", "modified");
        for (JsonNode function : functions) {
            table.row(
                    function.path("FunctionName").asText(),
                    function.path("Runtime").asText(),
                    function.path("Handler").asText(),
                    function.path("MemorySize").asText() + " MB",
                    function.path("Timeout").asText() + " s",
                    function.path("CodeSize").asText(),
                    function.path("LastModified").asText());
        }
        tables.print(table, spec.commandLine().getOut());
        return 0;
    }
}
