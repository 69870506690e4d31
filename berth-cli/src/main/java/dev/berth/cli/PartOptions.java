package dev.berth.cli;

import dev.berth.cli.config.Role;
import dev.berth.cli.config.Settings;
import dev.berth.cli.config.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How each process of its own is told what to do. */
final class PartOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:BERTH_CONFIG}",
            description = "Java properties: key=value lines. One file may serve several parts. BERTH_CONFIG.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "One setting; repeatable. Comes before the environment (slots is BERTH_SLOTS), that before the file,"
                            + " that before the default. Others can see it in the list of processes: no place for secrets.")
    private List<String> sets = List.of();

    Settings settings(Role role) {
        return SettingsReader.read(role, Optional.ofNullable(config), sets, System.getenv());
    }
}
