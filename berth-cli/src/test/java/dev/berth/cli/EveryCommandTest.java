package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What holds for each command that there is, and so for those to come. */
@Tag("core")
@Tag("O4")
class EveryCommandTest {
    /** All commands, but picocli's own {@code help}. */
    static Stream<String> commands() {
        return below(Main.commandLine());
    }

    private static Stream<String> below(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().helpCommand())
                .flatMap(each -> Stream.concat(
                        Stream.of(each.getCommandSpec().qualifiedName().replaceFirst("^berth ", "")), below(each)))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void takesJsonUnlessItOnlyHoldsOthers(String name) {
        CommandSpec command = spec(name);

        if (command.findOption("--json") == null) {
            assertThat(command.subcommands()).as(name + " does nothing itself").isNotEmpty();
            assertThat(command.options().stream().filter(option -> !option.usageHelp() && !option.versionHelp()))
                    .as(name + " does nothing itself")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysWhatItDoesAndWhatEachOfItsOptionsDoes(String name) {
        CommandSpec command = spec(name);
        Ran help = Ran.berth((name + " --help").split(" "));

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).startsWith("Usage: berth " + name);
        assertThat(said(command.usageMessage().description())).as(name).isNotBlank();
        for (OptionSpec option : command.options()) {
            assertThat(said(option.description()))
                    .as(name + " " + option.longestName())
                    .isNotBlank();
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            assertThat(said(parameter.description()))
                    .as(name + " " + parameter.paramLabel())
                    .isNotBlank();
        }
        for (CommandLine below : command.subcommands().values()) {
            assertThat(help.out()).contains("\n  " + below.getCommandName());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jobs w| wait watch",
                "jobs wait --t| --timeout",
                "functions co| concurrency",
                "comp| completion",
                "completion .| bash zsh"
            })
    void bashCompletesCommandsOptionsAndValues(String typed, String offered, @TempDir Path folder) throws Exception {
        String[] words = ("berth " + typed).split(" ", -1);
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append('\'').append(word.equals(".") ? "" : word).append("' ");
        }

        String said = run(
                "bash",
                "--norc",
                "-c",
                "source " + script("bash", folder) + "; complete -p berth >/dev/null || exit 3; COMP_WORDS=(" + line
                        + "); COMP_CWORD=" + (words.length - 1)
                        + "; _complete_berth; echo \"${COMPREPLY[@]}\"");

        assertThat(said.strip().split("\\s+")).contains(offered.strip().split(" "));
    }

    @Test
    void zshCompletesTheSame(@TempDir Path folder) throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "zsh"))),
                "SKIPPED: no zsh here, so completion was tried in bash only");
        assertThat(run(
                        "zsh",
                        "-f",
                        "-c",
                        "autoload -U compinit && compinit -u -D && source " + script("zsh", folder)
                                + " && print -- $_comps[berth]"))
                .isNotBlank();
    }

    @Test
    void theScriptIsGivenAsJsonToo() {
        assertThat(Ran.berth("completion", "bash", "--json")
                        .json()
                        .path("script")
                        .asText())
                .contains("complete -F");
        assertThat(Ran.berth("completion", "fish").exitCode()).isEqualTo(2);
        assertThat(Ran.berth("completion").exitCode()).isEqualTo(2);
    }

    private static Path script(String shell, Path folder) throws Exception {
        return Files.writeString(
                folder.resolve("completion"), Ran.berth("completion", shell).out());
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static CommandSpec spec(String name) {
        CommandLine command = Main.commandLine();
        for (String part : name.split(" ", -1)) {
            command = command.getSubcommands().get(part);
        }
        return command.getCommandSpec();
    }

    private static String said(String[] lines) {
        return String.join(" ", lines);
    }
}
