package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.Lists;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
        name = "alias",
        mixinStandardHelpOptions = true,
        description = {
            "Names versions of a function: invoke NAME:ALIAS runs what it names.",
            "With --weight a part of the keys gets another version; a key stays with its version, and a greater weight",
            "only moves keys towards it."
        })
final class AliasCommand implements Callable<Integer> {
    private enum Verb {
        CREATE,
        UPDATE,
        DELETE,
        SHOW,
        LIST
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", index = "0", description = "The function.")
    private String name;

    @Parameters(
            paramLabel = "create|update|delete|show|list",
            index = "1",
            defaultValue = "list",
            description = "What to do. Default: ${DEFAULT-VALUE}")
    private Verb verb;

    @Parameters(paramLabel = "ALIAS", index = "2", arity = "0..1", description = "The alias; not for list.")
    private String alias;

    @Option(names = "--to", paramLabel = "VERSION", description = "The version that it names: a number, or $LATEST.")
    private String version;

    @Option(
            names = "--weight",
            paramLabel = "VERSION=SHARE",
            description = "A second version, and its share of the keys from 0 to 1, such as 2=0.1.")
    private Map<String, Double> weights = new LinkedHashMap<>();

    @Option(names = "--no-weight", description = "All keys get the version that the alias names.")
    private boolean noWeight;

    @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
    private String description;

    @Mixin
    private GatewayOptions options;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        if ((verb == Verb.LIST) != (alias == null)) {
            throw new ParameterException(
                    spec.commandLine(), verb == Verb.LIST ? "list takes no ALIAS" : "Give the ALIAS after " + word());
        }
        if (noWeight && !weights.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Give --weight or --no-weight, not both");
        }
        if (verb == Verb.CREATE && version == null) {
            throw new ParameterException(spec.commandLine(), "create needs --to: the version that the alias names");
        }
        GatewayClient gateway = options.gateway();
        String all = FunctionsCommand.FUNCTIONS + "/" + GatewayClient.escaped(name) + "/aliases";
        String one = all + "/" + (alias == null ? "" : GatewayClient.escaped(alias));
        switch (verb) {
            case CREATE -> print(List.of(change(gateway, "POST", all, body().put("Name", alias))));
            case UPDATE -> print(List.of(change(gateway, "PUT", one, body())));
            case SHOW -> print(List.of(gateway.get(one)));
            case LIST -> print(Lists.all(gateway, all, "Aliases"));
            case DELETE -> {
                GatewayClient.required(gateway.send("DELETE", one, null, Map.of()));
                spec.commandLine()
                        .getOut()
                        .println(
                                options.json()
                                        ? Json.line(Json.object().put("deleted", name + ":" + alias))
                                        : "Deleted alias " + alias + " of " + name + ".");
            }
        }
        return 0;
    }

    private String word() {
        return verb.name().toLowerCase(Locale.ROOT);
    }

    private ObjectNode body() {
        ObjectNode body = Json.object();
        if (version != null) {
            body.put("FunctionVersion", version);
        }
        if (description != null) {
            body.put("Description", description);
        }
        if (noWeight || !weights.isEmpty()) {
            ObjectNode shares = body.putObject("RoutingConfig").putObject("AdditionalVersionWeights");
            weights.forEach(shares::put);
        }
        return body;
    }

    private static JsonNode change(GatewayClient gateway, String method, String path, ObjectNode body) {
        return GatewayClient.required(
                        gateway.send(method, path, Json.bytes(body), Map.of("Content-Type", "application/json")))
                .json();
    }

    private void print(Iterable<JsonNode> aliases) {
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(
                    verb == Verb.LIST
                            ? Json.line(aliases)
                            : Json.line(aliases.iterator().next()));
            return;
        }
        Table table = new Table("alias", "version", "and by weight", "description");
        for (JsonNode each : aliases) {
            StringBuilder shares = new StringBuilder();
            each.at("/RoutingConfig/AdditionalVersionWeights")
                    .properties()
                    .forEach(share -> shares.append(share.getKey())
                            .append('=')
                            .append(share.getValue().asText()));
            table.row(
                    each.path("Name").asText(),
                    each.path("FunctionVersion").asText(),
                    shares.isEmpty() ? "-" : shares.toString(),
                    each.path("Description").asText());
        }
        tables.print(table, out);
    }
}
