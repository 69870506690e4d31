package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "pause", description = "Pauses a schedule: what falls due meanwhile is not made up for.")
final class SchedulePauseCommand extends ChangeCommand {
    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Override
    public Integer call() {
        return change("POST", ScheduleCommand.path(name) + "/pause", "paused " + name);
    }
}
