package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.time.Instant;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which jobs to list. */
final class JobsFilter {
    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description =
                    "queued, delayed, dispatched, running, succeeded, failed, cancelled, timed-out, rejected or dead-lettered.")
    private String status;

    @Option(names = "--key", paramLabel = "VALUE", description = "Of this routing value only.")
    private String key;

    @Option(
            names = "--from",
            paramLabel = "TIME|10m",
            converter = TimeConverter.class,
            description = "Submitted since: a time, or how long ago.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME|10m",
            converter = TimeConverter.class,
            description = "Submitted until: a time, or how long ago.")
    private Instant to;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}")
    private int limit;

    @Option(names = "--next", paramLabel = "TOKEN", description = "The page that an earlier answer named.")
    private String next;

    @Mixin
    private TableOptions tables;

    void print(GatewayOptions options, CommandSpec spec) {
        JsonNode answer = options.gateway()
                .get("/jobs?limit=" + limit
                        + parameter("function", function)
                        + parameter("status", status)
                        + parameter("key", key)
                        + parameter("from", from == null ? null : Long.toString(from.toEpochMilli()))
                        + parameter("to", to == null ? null : Long.toString(to.toEpochMilli()))
                        + parameter("next", next));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
            return;
        }
        tables.print(JobText.table(answer.path("jobs"), System.currentTimeMillis()), out);
        if (answer.has("next")) {
            spec.commandLine()
                    .getErr()
                    .println("There may be more: --next " + answer.path("next").asText());
        }
    }

    private static String parameter(String name, String value) {
        return value == null ? "" : "&" + name + "=" + GatewayClient.escaped(value);
    }
}
