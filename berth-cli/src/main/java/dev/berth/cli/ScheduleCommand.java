package dev.berth.cli;

import dev.berth.cli.client.GatewayClient;
import picocli.CommandLine.Command;

@Command(
        name = "schedule",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a function, or puts a record on a topic, at times: makes, lists, shows, pauses, resumes and deletes",
            "schedules. They are fired by berth triggers, which berth up has."
        },
        subcommands = {
            ScheduleCreateCommand.class,
            ScheduleListCommand.class,
            ScheduleShowCommand.class,
            SchedulePauseCommand.class,
            ScheduleResumeCommand.class,
            ScheduleDeleteCommand.class
        })
final class ScheduleCommand {
    static final String PATH = "/schedules";

    private ScheduleCommand() {}

    static String path(String name) {
        return PATH + "/" + GatewayClient.escaped(name);
    }
}
