package dev.berth.cli;

import dev.berth.cli.local.ContainerChoice;
import picocli.CommandLine.Option;

/** Options of each command that runs a Berth in this process. */
final class LocalOptions {
    @Option(
            names = "--containers",
            paramLabel = "auto|docker|process",
            defaultValue = "auto",
            description =
                    "What functions run in. auto: Docker when an engine answers, else plain processes, which isolate less.")
    private ContainerChoice containers;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    ContainerChoice containers() {
        return containers;
    }

    boolean json() {
        return json;
    }
}
