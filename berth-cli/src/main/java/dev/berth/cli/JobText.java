package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** Jobs for people. */
final class JobText {
    /** Shown one by one below, or of no use to a person. */
    private static final Set<String> NOT_LISTED =
            Set.of("result", "resultBase64", "logTail", "timings", "attempts", "tenant");

    private static final Map<String, String> MOMENTS = Map.of(
            "submittedMs",
            "submitted",
            "completedMs",
            "completed",
            "notBeforeMs",
            "not before",
            "deadlineMs",
            "deadline");

    private JobText() {}

    static void print(JsonNode job, boolean json, CommandSpec spec) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(job));
        } else {
            show(job, out);
        }
    }

    static Table table(JsonNode jobs, long nowMs) {
        Table table = new Table("job", "function", "key", "status", "error", "submitted", "took");
        for (JsonNode job : jobs) {
            long submittedMs = job.path("submittedMs").asLong();
            table.row(
                    job.path("id").asText(),
                    job.path("function").asText(),
                    text(job.path("key")),
                    job.path("status").asText(),
                    text(job.path("errorType")),
                    Figures.age(nowMs, submittedMs) + " ago",
                    job.has("completedMs")
                            ? Math.max(0, job.path("completedMs").asLong() - submittedMs) + " ms"
                            : null);
        }
        return table;
    }

    private static void show(JsonNode job, PrintWriter out) {
        for (Map.Entry<String, JsonNode> field : job.properties()) {
            if (!NOT_LISTED.contains(field.getKey()) && !field.getValue().isNull()) {
                JsonNode value = field.getValue();
                String moment = MOMENTS.get(field.getKey());
                out.println(
                        moment != null
                                ? moment + ": " + Instant.ofEpochMilli(value.asLong())
                                : field.getKey() + ": " + (value.isValueNode() ? value.asText() : Json.line(value)));
            }
        }
        if (job.path("attempts").size() > 1) {
            job.path("attempts")
                    .forEach(attempt -> out.println("attempt "
                            + attempt.path("attempt").asInt() + ": "
                            + attempt.path("status").asText()
                            + (attempt.path("errorType").isNull()
                                    ? ""
                                    : ", " + attempt.path("errorType").asText())
                            + (attempt.path("containerId").isNull()
                                    ? ""
                                    : ", container "
                                            + attempt.path("containerId").asText())));
        }
        JsonNode result = job.has("result") ? job.path("result") : job.path("resultBase64");
        if (!result.isMissingNode()) {
            out.println("result: " + Json.line(result));
        }
        String log = text(job.path("logTail"));
        if (log != null && !log.isBlank()) {
            out.println("log:");
            log.lines().forEach(line -> out.println("  " + line));
        }
    }

    private static String text(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? null : value.asText();
    }
}
