package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "resume", description = "Lets a paused schedule go on with its next time.")
final class ScheduleResumeCommand extends ChangeCommand {
    @Parameters(paramLabel = "NAME", description = "The schedule.")
    private String name;

    @Override
    public Integer call() {
        return change("POST", ScheduleCommand.path(name) + "/resume", "resumed " + name);
    }
}
