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
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Pauses a trigger: it reads no more, and goes on where it was when it is resumed.")
final class TriggerPauseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The trigger.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode trigger = GatewayClient.required(
                        options.gateway().send("POST", TriggerCommand.path(id) + "/pause", null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(trigger) : "paused " + id);
        return 0;
    }
}
