package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = "Pauses a trigger: it reads no more, and goes on where it was when it is resumed.")
final class TriggerPauseCommand extends ChangeCommand {
    @Parameters(paramLabel = "ID", description = "The trigger.")
    private String id;

    @Override
    public Integer call() {
        return change("POST", TriggerCommand.path(id) + "/pause", "paused " + id);
    }
}
