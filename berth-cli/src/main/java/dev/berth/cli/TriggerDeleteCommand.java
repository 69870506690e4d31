package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Deletes a trigger. What it has read already is finished.")
final class TriggerDeleteCommand extends ChangeCommand {
    @Parameters(paramLabel = "ID", description = "The trigger.")
    private String id;

    @Override
    public Integer call() {
        return change("DELETE", TriggerCommand.path(id), "deleted " + id);
    }
}
