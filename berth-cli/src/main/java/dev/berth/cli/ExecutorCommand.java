package dev.berth.cli;

import dev.berth.cli.config.Role;
import picocli.CommandLine.Command;

@Command(
        name = "executor",
        mixinStandardHelpOptions = true,
        description = {
            "Runs one instance with its containers in a process of its own, against any Kafka.",
            "One line on stdout when it works; SIGTERM lets running invocations end (drain.timeout), hands back what waits,",
            "removes the containers and ends it with exit code 0."
        },
        footer = {"", "./berth config executor lists every setting with its meaning and default."})
final class ExecutorCommand extends PartCommand {
    ExecutorCommand() {
        super(Role.EXECUTOR);
    }
}
