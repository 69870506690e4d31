package dev.berth.cli;

import dev.berth.cli.config.Role;
import picocli.CommandLine.Command;

@Command(
        name = "router",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a router in a process of its own, against any Kafka. Any number share the work; each needs a folder of its own.",
            "One line on stdout when it routes; SIGTERM hands its work to the others and ends it with exit code 0."
        },
        footer = {"", "./berth config router lists every setting with its meaning and default."})
final class RouterCommand extends PartCommand {
    RouterCommand() {
        super(Role.ROUTER);
    }
}
