package dev.berth.cli;

import dev.berth.cli.config.Role;
import picocli.CommandLine.Command;

@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a gateway in a process of its own, against any Kafka. Any number serve alike.",
            "One line on stdout when it answers; SIGTERM finishes what was accepted and ends it with exit code 0."
        },
        footer = {"", "./berth config gateway lists every setting with its meaning and default."})
final class GatewayCommand extends PartCommand {
    GatewayCommand() {
        super(Role.GATEWAY);
    }
}
