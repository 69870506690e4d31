package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.JobEvents;
import dev.berth.cli.text.Json;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Prints each status of a job as it comes, until its last. With --json one object a line.")
final class JobsWatchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        JobEvents.follow(options.gateway(), id, this::print);
        return 0;
    }

    private void print(JsonNode job) {
        var out = spec.commandLine().getOut();
        out.println(
                options.json()
                        ? Json.line(job)
                        : Instant.now() + " " + job.path("status").asText());
        out.flush();
    }
}
