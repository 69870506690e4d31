package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.JobEvents;
import dev.berth.cli.text.LiveLines;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "wait",
        mixinStandardHelpOptions = true,
        description = {
            "Waits until a job has ended, and shows it with its result; its status meanwhile is on stderr.",
            "Exit code 0 if it succeeded, 1 if it ended in any other way."
        })
final class JobsWaitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        GatewayClient gateway = options.gateway();
        LiveLines progress = Terminal.progress(spec.commandLine().getErr());
        JobEvents.follow(gateway, id, event -> {
            if (!options.json()) {
                progress.show(List.of(id + ": " + event.path("status").asText()), System.nanoTime() / 1_000_000);
            }
        });
        JsonNode job = gateway.get(JobsCommand.path(id));
        JobText.print(job, options.json(), spec);
        return job.path("status").asText().equals("succeeded") ? 0 : Main.FAILED;
    }
}
