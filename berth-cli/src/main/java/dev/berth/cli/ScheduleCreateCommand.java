package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a schedule, and prints when it is due next. EXPRESSION is as EventBridge writes it:",
            "cron(minutes hours day-of-month month day-of-week year), such as 'cron(0 9 ? * MON-FRI *)'; one of the days is ?",
            "'rate(5 minutes)' (seconds, minutes, hours, days), or 'at(2026-12-24T18:00:00)' for once.",
            "A time that clocks leap over in spring is not due; one that they show twice in autumn is due once."
        })
final class ScheduleCreateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", index = "0", description = "Its name.")
    private String name;

    @Parameters(paramLabel = "EXPRESSION", index = "1", description = "When it is due.")
    private String expression;

    @ArgGroup(multiplicity = "1")
    private Target target;

    /** One of the two. */
    private static final class Target {
        @Option(names = "--function", paramLabel = "NAME[:QUALIFIER]", description = "The function that it runs, or")
        private String function;

        @Option(names = "--topic", paramLabel = "TOPIC", description = "the topic that it puts a record on.")
        private String topic;
    }

    @Option(
            names = "--timezone",
            paramLabel = "ZONE",
            description = "Whose clocks cron and at mean, such as Europe/Berlin. Default: UTC")
    private String timezone;

    @Option(
            names = "--payload",
            paramLabel = "JSON",
            description = "The event, or the record's value. Default: an event that tells of the firing")
    private String payload;

    @Option(names = "--key", paramLabel = "VALUE", description = "The routing value, or the record's key.")
    private String key;

    @Option(
            names = "--missed",
            paramLabel = "latest|skip",
            description = "After downtime: fire the latest that was missed, once (default), or none.")
    private String missed;

    @Option(names = "--start", paramLabel = "TIME", description = "Not due before, such as 2026-01-31T12:00:00Z.")
    private String start;

    @Option(names = "--end", paramLabel = "TIME", description = "Not due after.")
    private String end;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        ObjectNode body = Json.object().put("name", name).put("expression", expression);
        text(body, "function", target.function);
        text(body, "topic", target.topic);
        text(body, "timezone", timezone);
        text(body, "key", key);
        text(body, "missed", missed);
        text(body, "start", start);
        text(body, "end", end);
        // As it was typed: the gateway says what is wrong if it must be JSON.
        text(body, "text", payload);
        JsonNode schedule = GatewayClient.required(
                        options.gateway().send("POST", ScheduleCommand.PATH, Json.bytes(body), Map.of()))
                .json();
        spec.commandLine()
                .getOut()
                .println(
                        options.json()
                                ? Json.line(schedule)
                                : name + " is due next at "
                                        + schedule.path("next").path(0).asText());
        return 0;
    }

    private static void text(ObjectNode body, String field, String value) {
        if (value != null) {
            body.put(field, value);
        }
    }
}
