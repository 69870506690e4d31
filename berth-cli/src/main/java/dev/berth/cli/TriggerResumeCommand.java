package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "resume", description = "Lets a paused trigger go on where it was.")
final class TriggerResumeCommand extends ChangeCommand {
    @Parameters(paramLabel = "ID", description = "The trigger.")
    private String id;

    @Override
    public Integer call() {
        return change("POST", TriggerCommand.path(id) + "/resume", "resumed " + id);
    }
}
