package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Goes on with a replay that was stopped or failed, from where it was.")
final class ReplayResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The replay.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode answer = GatewayClient.required(
                        options.gateway().send("POST", ReplayWatch.path(id) + "/resume", null, Map.of()))
                .json();
        spec.commandLine().getOut().println(options.json() ? Json.line(answer) : "resuming " + id);
        return 0;
    }
}
