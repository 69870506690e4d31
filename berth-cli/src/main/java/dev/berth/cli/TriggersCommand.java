package dev.berth.cli;

import dev.berth.cli.config.Role;
import picocli.CommandLine.Command;

@Command(
        name = "triggers",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the process that serves triggers, destinations, schedules and replays, against any Kafka. Any number share",
            "the work; one of them carries out all replays. To make, list or pause triggers, use berth trigger (without s).",
            "One line on stdout when it works; SIGTERM hands its work to the others and ends it with exit code 0."
        },
        footer = {"", "./berth config triggers lists every setting with its meaning and default."})
final class TriggersCommand extends PartCommand {
    TriggersCommand() {
        super(Role.TRIGGERS);
    }
}
