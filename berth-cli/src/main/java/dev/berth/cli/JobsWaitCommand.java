package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.client.JobEvents;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.LiveLines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "wait",
        mixinStandardHelpOptions = true,
        description = {
            "Waits until a job has ended, and shows it with its result; its status meanwhile is on stderr.",
            "Exit code 0 if it succeeded, 1 if it ended in any other way or had not ended in time."
        })
final class JobsWaitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "3650d",
            showDefaultValue = Visibility.NEVER,
            description = "Wait no longer than this, such as 90s; the job goes on. Default: for ever")
    private Duration timeout;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        GatewayClient gateway = options.gateway();
        LiveLines progress = Terminal.progress(spec.commandLine().getErr());
        boolean ended = JobEvents.follow(gateway, id, timeout, event -> {
            if (!options.json()) {
                progress.show(List.of(id + ": " + event.path("status").asText()), System.nanoTime() / 1_000_000);
            }
        });
        JsonNode job = gateway.get(JobsCommand.path(id));
        JobText.print(job, options.json(), spec);
        if (!ended && !job.has("completedMs")) {
            throw new Failure("Job " + id + " had not ended after " + timeout.toMillis() / 1000.0
                    + " s. It goes on: wait again, or end it with jobs cancel.");
        }
        return job.path("status").asText().equals("succeeded") ? 0 : Main.FAILED;
    }
}
