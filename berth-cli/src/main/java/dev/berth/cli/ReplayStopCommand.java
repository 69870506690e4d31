package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = "Stops a replay: what is under way ends, and resume goes on from there.")
final class ReplayStopCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The replay.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode answer = GatewayClient.required(
                        options.gateway().send("POST", ReplayWatch.path(id) + "/stop", null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(answer) : "stopping " + id);
        return 0;
    }
}
