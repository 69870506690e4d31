package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a trigger: each record of the topics that matches a filter runs the function. Prints its id.",
            "Example: berth trigger create --function bill --topic orders --filter '{\"value\": {\"type\": [\"order\"]}}'"
        })
final class TriggerCreateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--function", required = true, paramLabel = "NAME[:QUALIFIER]", description = "What is run.")
    private String function;

    @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "What is read; repeatable.")
    private List<String> topics = List.of();

    @Option(
            names = "--from",
            paramLabel = "latest|earliest|TIME",
            description = "Where it begins: with what comes, with what is there, or at a time. Default: latest")
    private String start;

    @Option(
            names = "--filter",
            paramLabel = "JSON",
            description = "An EventBridge pattern; repeatable, and a record must match one. Default: every record")
    private List<String> filters = List.of();

    @Option(
            names = "--routing",
            paramLabel = "RULE",
            description =
                    "What of the record is the routing value: record-key (default), header:NAME, json:POINTER into"
                            + " its value, or none (the function's own rule decides).")
    private String routing;

    @Option(
            names = "--event",
            paramLabel = "lambda|cloudevents|value",
            description = "What the function gets: Lambda's event of Kafka (default), an array of CloudEvents, or the"
                    + " record's value as it is.")
    private String event;

    @Option(
            names = "--format",
            paramLabel = "bytes|json|avro",
            description = "What values are. json and avro: one that is not goes to the dead letters. Default: bytes")
    private String format;

    @Option(names = "--batch", paramLabel = "N", description = "The most records of an invocation. Default: 1")
    private Integer batchSize;

    @Option(names = "--batch-bytes", paramLabel = "N", description = "The most bytes of an invocation.")
    private Integer batchBytes;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long a batch waits to fill, such as 500ms. Default: not at all")
    private Duration window;

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            description = "The most unfinished invocations of each process. Default: as many as executors take")
    private Integer maxInFlight;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "How often what fails is tried again; -1 without end. Default: the function's number")
    private Integer retries;

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "A record older than this is not tried again, such as 6h. Default: the function's age")
    private Duration maxAge;

    @Option(names = "--bisect", description = "Halve a batch that fails before it is tried again.")
    private boolean bisect;

    @Option(
            names = "--report-item-failures",
            description = "The function names the records that failed (batchItemFailures); only those are tried again.")
    private boolean reportItemFailures;

    @Option(
            names = "--on-success",
            paramLabel = "topic:NAME|FUNCTION",
            description = "Told of each invocation that succeeded.")
    private String onSuccess;

    @Option(
            names = "--on-failure",
            paramLabel = "topic:NAME|FUNCTION",
            description = "Told of records that are given up. Default: the dead letters")
    private String onFailure;

    @Option(names = "--paused", description = "Make it paused: berth trigger resume lets it begin.")
    private boolean paused;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode trigger = GatewayClient.required(
                        options.gateway().send("POST", TriggerCommand.PATH, Json.bytes(body()), Map.of()))
                .json();
        spec.commandLine()
                .getOut()
                .println(
                        options.json() ? Json.line(trigger) : trigger.path("id").asText());
        return 0;
    }

    private ObjectNode body() {
        ObjectNode body = Json.object();
        body.put("function", function);
        topics.forEach(body.putArray("topics")::add);
        if (!filters.isEmpty()) {
            filters.forEach(body.putArray("filters")::add);
        }
        text(body, "start", start);
        text(body, "routing", routing);
        text(body, "event", event);
        text(body, "format", format);
        number(body, "batchSize", batchSize);
        number(body, "batchBytes", batchBytes);
        number(body, "batchWindowMs", window == null ? null : window.toMillis());
        number(body, "maxInFlight", maxInFlight);
        number(body, "maxRetries", retries);
        number(body, "maxAgeMs", maxAge == null ? null : maxAge.toMillis());
        if (bisect) {
            body.put("bisectOnError", true);
        }
        if (reportItemFailures) {
            body.put("reportItemFailures", true);
        }
        text(body, "onSuccess", onSuccess);
        text(body, "onFailure", onFailure);
        if (paused) {
            body.put("enabled", false);
        }
        return body;
    }

    private static void text(ObjectNode body, String field, String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private static void number(ObjectNode body, String field, Number value) {
        if (value != null) {
            body.put(field, value.longValue());
        }
    }
}
