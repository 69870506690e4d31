package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        description = "Lists the latest asynchronous invocations, or shows one (of any kind) with its result.")
final class JobsCommand implements Callable<Integer> {
    /** Shown one by one below, or of no use to a person. */
    private static final Set<String> NOT_LISTED =
            Set.of("result", "resultBase64", "logTail", "timings", "attempts", "tenant");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "Show this one.")
    private String id;

    @Option(names = "--function", paramLabel = "NAME", description = "Of this function only.")
    private String function;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}")
    private int limit;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        String query =
                "/jobs?limit=" + limit + (function == null ? "" : "&function=" + GatewayClient.escaped(function));
        JsonNode answer = options.gateway().get(id == null ? query : "/jobs/" + GatewayClient.escaped(id));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
        } else if (id == null) {
            list(answer.path("jobs"), out);
        } else {
            show(answer, out);
        }
        return 0;
    }

    private static void list(JsonNode jobs, PrintWriter out) {
        long nowMs = System.currentTimeMillis();
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
        table.lines().forEach(out::println);
    }

    private static void show(JsonNode job, PrintWriter out) {
        for (Map.Entry<String, JsonNode> field : job.properties()) {
            if (!NOT_LISTED.contains(field.getKey()) && !field.getValue().isNull()) {
                JsonNode value = field.getValue();
                out.println(field.getKey() + ": " + (value.isValueNode() ? value.asText() : Json.line(value)));
            }
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
