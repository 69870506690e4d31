package dev.berth.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "resume", description = "Goes on with a replay that was stopped or failed, from where it was.")
final class ReplayResumeCommand extends ChangeCommand {
    @Parameters(paramLabel = "ID", description = "The replay.")
    private String id;

    @Override
    public Integer call() {
        return change("POST", ReplayWatch.path(id) + "/resume", "resuming " + id);
    }
}
