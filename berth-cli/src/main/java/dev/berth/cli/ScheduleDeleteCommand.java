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

@Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a schedule.")
final class ScheduleDeleteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode schedule = GatewayClient.required(
                        options.gateway().send("DELETE", ScheduleCommand.path(name), null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(schedule) : "deleted " + name);
        return 0;
    }
}
