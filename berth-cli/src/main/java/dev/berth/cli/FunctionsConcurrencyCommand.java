package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
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
        name = "concurrency",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how many invocations of a function may run at a time, or changes it.",
            "Containers stay as they are. One more than may run is refused, not queued."
        })
final class FunctionsConcurrencyCommand implements Callable<Integer> {
    private static final String FIELD = "ReservedConcurrentExecutions";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", index = "0", description = "The function.")
    private String name;

    @Parameters(paramLabel = "N", index = "1", arity = "0..1", description = "From now on so many, 0 for none at all.")
    private Integer limit;

    @Option(names = "--none", description = "From now on without a limit.")
    private boolean none;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        if (limit != null && none) {
            throw new ParameterException(spec.commandLine(), "Give a number or --none, not both");
        }
        GatewayClient gateway = options.gateway();
        String path = "/functions/" + GatewayClient.escaped(name) + "/concurrency";
        if (limit != null) {
            byte[] body = Json.bytes(Json.object().put(FIELD, limit));
            GatewayClient.required(
                    gateway.send("PUT", "/2017-10-31" + path, body, Map.of("Content-Type", "application/json")));
        } else if (none) {
            GatewayClient.required(gateway.send("DELETE", "/2017-10-31" + path, null, Map.of()));
        }
        JsonNode now = gateway.get("/2019-09-30" + path);
        spec.commandLine().getOut().println(options.json() ? Json.line(now) : sentence(now));
        return 0;
    }

    private String sentence(JsonNode now) {
        return now.has(FIELD)
                ? "At most " + now.get(FIELD).asInt() + " invocations of " + name + " run at a time."
                : name + " has no limit of its own.";
    }
}
