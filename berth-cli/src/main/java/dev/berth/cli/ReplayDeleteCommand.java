package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Ends a replay and forgets it; what it ran stays.")
final class ReplayDeleteCommand extends ChangeCommand {
    @Parameters(paramLabel = "ID", description = "The replay.")
    private String id;

    @Override
    public Integer call() {
        return change("DELETE", ReplayWatch.path(id), "deleted " + id);
    }
}
