package dev.berth.cli;

import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.gateway.auth.KeyMaker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Takes a key back: a running gateway lets it in no more within two seconds.")
final class KeysDeleteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "Of the key; see keys list.")
    private String id;

    @Mixin
    private KeysOptions options;

    @Override
    public Integer call() {
        if (!new KeyMaker(options.file()).delete(id)) {
            throw new Failure("There is no key " + id + " in " + options.file().path() + ". See berth keys list.");
        }
        spec.commandLine()
                .getOut()
                .println(options.json() ? Json.line(Json.object().put("deleted", id)) : "Deleted " + id + ".");
        return 0;
    }
}
