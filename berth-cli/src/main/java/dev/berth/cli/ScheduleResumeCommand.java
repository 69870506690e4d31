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
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Lets a paused schedule go on with its next time.")
final class ScheduleResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode schedule = GatewayClient.required(
                        options.gateway().send("POST", ScheduleCommand.path(name) + "/resume", null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(schedule) : "resumed " + name);
        return 0;
    }
}
