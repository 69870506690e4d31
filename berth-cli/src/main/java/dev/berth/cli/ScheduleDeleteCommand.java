package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Deletes a schedule.")
final class ScheduleDeleteCommand extends ChangeCommand {
    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Override
    public Integer call() {
        return change("DELETE", ScheduleCommand.path(name), "deleted " + name);
    }
}
