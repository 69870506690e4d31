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

@Command(name = "resume", mixinStandardHelpOptions = true, description = "Lets a paused trigger go on where it was.")
final class TriggerResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The trigger.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode trigger = GatewayClient.required(
                        options.gateway().send("POST", TriggerCommand.path(id) + "/resume", null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(trigger) : "resumed " + id);
        return 0;
    }
}
