package dev.berth.cli;

import dev.berth.cli.local.LocalBerth;
import dev.berth.gateway.auth.KeyFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of each command about keys, which works on the gateway's file: whoever may read that may make keys. */
final class KeysOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data folder of the berth up whose keys these are. Default: .berth/up of the repository")
    private Path data;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    KeyFile file() {
        Path folder = data == null ? Terminal.home().resolve(".berth/up") : data;
        return new KeyFile(LocalBerth.gatewayDir(folder.toAbsolutePath().normalize()));
    }

    boolean json() {
        return json;
    }
}
