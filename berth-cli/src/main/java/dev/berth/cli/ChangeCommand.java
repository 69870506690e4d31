package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that is one request without a body, and tells in two words what came of it. */
@Command(mixinStandardHelpOptions = true)
abstract class ChangeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private GatewayOptions options;

    /** @param told to people; with {@code --json} the answer is printed as it is */
    final int change(String method, String path, String told) {
        JsonNode answer = GatewayClient.required(options.gateway().send(method, path, null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(answer) : told);
        return 0;
    }
}
