package dev.berth.cli;

import dev.berth.cli.client.GatewayClient;
import picocli.CommandLine.Command;

@Command(
        name = "trigger",
        mixinStandardHelpOptions = true,
        description = {
            "Lets records of a Kafka topic run a function: makes, lists, shows, pauses, resumes and deletes triggers.",
            "These talk to a gateway. The process that serves triggers is another command, berth triggers; berth up has one."
        },
        subcommands = {
            TriggerCreateCommand.class,
            TriggerListCommand.class,
            TriggerShowCommand.class,
            TriggerPauseCommand.class,
            TriggerResumeCommand.class,
            TriggerDeleteCommand.class
        })
final class TriggerCommand {
    static final String PATH = "/triggers";

    private TriggerCommand() {}

    static String path(String id) {
        return PATH + "/" + GatewayClient.escaped(id);
    }
}
