package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "stop", description = "Stops a replay: what is under way ends, and resume goes on from there.")
final class ReplayStopCommand extends ChangeCommand {
    @Parameters(paramLabel = "ID", description = "The replay.")
    private String id;

    @Override
    public Integer call() {
        return change("POST", ReplayWatch.path(id) + "/stop", "stopping " + id);
    }
}
