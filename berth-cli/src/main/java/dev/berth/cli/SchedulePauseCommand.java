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
        description = "Pauses a schedule: what falls due meanwhile is not made up for.")
final class SchedulePauseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode schedule = GatewayClient.required(
                        options.gateway().send("POST", ScheduleCommand.path(name) + "/pause", null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(schedule) : "paused " + name);
        return 0;
    }
}
