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
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = {
            "Asks for a job to be cancelled, wherever it is; what runs is ended. See with wait how it ended.",
            "Exit code 1 if it has ended already, unless it was cancelled."
        })
final class JobsCancelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JsonNode job = GatewayClient.required(options.gateway().send("DELETE", JobsCommand.path(id), null, Map.of()))
                .json();
        boolean already = job.path("status").asText().equals("cancelled");
        spec.commandLine()
                .getOut()
                .println(options.json() ? Json.line(job) : already ? "cancelled" : "asked to cancel " + id);
        return 0;
    }
}
