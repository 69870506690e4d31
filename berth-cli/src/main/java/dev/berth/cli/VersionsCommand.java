package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Lists;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "versions",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the versions of a function, or publishes what is deployed as its next one.",
            "Publishing what has not changed since the last version gives that version."
        })
final class VersionsCommand implements Callable<Integer> {
    private static final String PUBLISH = "publish";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", index = "0", description = "The function.")
    private String name;

    @Parameters(paramLabel = "publish", index = "1", arity = "0..1", description = "Makes a version.")
    private String verb;

    @Option(names = "--description", paramLabel = "TEXT", description = "Of the version that is published.")
    private String description;

    @Option(names = "--delete", paramLabel = "N", description = "Delete this version; refused if an alias names it.")
    private String delete;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        if (verb != null && !verb.equals(PUBLISH)) {
            throw new ParameterException(
                    spec.commandLine(), "\"" + verb + "\" is not publish, the one thing that can follow the name");
        }
        if (verb != null && delete != null) {
            throw new ParameterException(spec.commandLine(), "Give publish or --delete, not both");
        }
        String function = FunctionsCommand.FUNCTIONS + "/" + GatewayClient.escaped(name);
        PrintWriter out = spec.commandLine().getOut();
        if (verb != null) {
            published(function, out);
        } else if (delete != null) {
            GatewayClient.required(options.gateway()
                    .send("DELETE", function + "?Qualifier=" + GatewayClient.escaped(delete), null, Map.of()));
            out.println(
                    options.json()
                            ? Json.line(Json.object().put("deleted", name + ":" + delete))
                            : "Deleted version " + delete + " of " + name + ".");
        } else {
            list(function, out);
        }
        return 0;
    }

    private void published(String function, PrintWriter out) {
        var body = Json.object();
        if (description != null) {
            body.put("Description", description);
        }
        JsonNode version = GatewayClient.required(options.gateway()
                        .send(
                                "POST",
                                function + "/versions",
                                Json.bytes(body),
                                Map.of("Content-Type", "application/json")))
                .json();
        out.println(
                options.json()
                        ? Json.line(version)
                        : name + " has version " + version.path("Version").asText() + ".");
    }

    private void list(String function, PrintWriter out) {
        var versions = Lists.all(options.gateway(), function + "/versions", "Versions");
        if (options.json()) {
            out.println(Json.line(versions));
            return;
        }
        Table table = new Table("version", "runtime", "memory", "timeout", "modified", "description");
        for (JsonNode version : versions) {
            table.row(
                    version.path("Version").asText(),
                    version.path("Runtime").asText("image"),
                    version.path("MemorySize").asText() + " MB",
                    version.path("Timeout").asText() + " s",
                    version.path("LastModified").asText(),
                    version.path("Description").asText());
        }
        tables.print(table, out);
    }
}
