package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists schedules, when they are due next, and when they were fired last.")
final class ScheduleListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TableOptions tables;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode answer = options.gateway().get(ScheduleCommand.PATH);
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
            return 0;
        }
        Table table = new Table("schedule", "expression", "zone", "target", "enabled", "next", "last", "error");
        for (JsonNode schedule : answer.path("schedules")) {
            table.row(
                    schedule.path("name").asText(),
                    schedule.path("expression").asText(),
                    schedule.path("timezone").asText(),
                    schedule.has("topic")
                            ? "topic:" + schedule.path("topic").asText()
                            : schedule.path("function").asText(),
                    schedule.path("enabled").asText(),
                    schedule.path("next").path(0).asText(""),
                    schedule.path("last").path("due").asText(""),
                    schedule.path("last").path("error").asText(""));
        }
        tables.print(table, out);
        return 0;
    }
}
