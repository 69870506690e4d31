package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows a schedule, the next times at which it is due, and its last firing.")
final class ScheduleShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode schedule = options.gateway().get(ScheduleCommand.path(name));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(schedule));
            return 0;
        }
        for (Map.Entry<String, JsonNode> field : schedule.properties()) {
            JsonNode value = field.getValue();
            out.println(field.getKey() + ": " + (value.isValueNode() ? value.asText() : Json.line(value)));
        }
        return 0;
    }
}
