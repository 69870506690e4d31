package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists dead letters, the latest first, with where they came from and whether they were redriven.")
final class DlqListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DlqFilter filter;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}")
    private int limit;

    @Option(names = "--next", paramLabel = "TOKEN", description = "The page that an earlier answer named.")
    private String next;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        JsonNode answer = options.gateway()
                .get("/dead-letters?limit=" + limit
                        + parameter("function", filter.function())
                        + parameter("reason", filter.reason())
                        + parameter("sourceTopic", filter.sourceTopic())
                        + parameter("from", filter.from())
                        + parameter("to", filter.to())
                        + parameter("next", next));
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(answer));
            return 0;
        }
        long nowMs = System.currentTimeMillis();
        Table table = new Table("letter", "buried", "function", "reason", "from", "redriven", "message");
        for (JsonNode letter : answer.path("deadLetters")) {
            JsonNode source = letter.path("source");
            table.row(
                    letter.path("id").asText(),
                    Figures.age(nowMs, letter.path("atMs").asLong()) + " ago",
                    letter.path("function").asText(null),
                    letter.path("reason").asText(),
                    source.path("topic").asText() + "/"
                            + source.path("partition").asInt() + "/"
                            + source.path("offset").asLong(),
                    letter.has("redriven")
                            ? letter.path("redriven").path("times").asInt() + "x"
                            : null,
                    letter.path("message").asText());
        }
        tables.print(table, out);
        if (answer.has("next")) {
            spec.commandLine()
                    .getErr()
                    .println("There may be more: --next " + answer.path("next").asText());
        }
        return 0;
    }

    private static String parameter(String name, String value) {
        return value == null ? "" : "&" + name + "=" + GatewayClient.escaped(value);
    }
}
