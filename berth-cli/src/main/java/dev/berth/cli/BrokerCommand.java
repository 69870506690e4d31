package dev.berth.cli;

import dev.berth.cli.config.Role;
import picocli.CommandLine.Command;

@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a Kafka broker of one node and a schema registry on loopback. For development and tests only: no replica, no",
            "security, sessions shorter than usual. For real work use a Kafka cluster."
        },
        footer = {"", "./berth config broker lists every setting with its meaning and default."})
final class BrokerCommand extends PartCommand {
    BrokerCommand() {
        super(Role.BROKER);
    }
}
