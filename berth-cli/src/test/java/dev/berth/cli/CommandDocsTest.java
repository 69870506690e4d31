package dev.berth.cli;

import dev.berth.cli.docs.Page;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The reference of commands has what each says of itself. */
@Tag("core")
@Tag("O4")
class CommandDocsTest {
    private static final int WIDTH = 110;

    @Test
    void theReferenceOfCommandsIsCurrent() throws IOException {
        CommandLine berth = Main.commandLine().setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
        StringBuilder page = new StringBuilder("""
                # Commands

                What `./berth COMMAND --help` says, of all of them; made by `CommandDocsTest`. For people who build Berth there are also `./berth build`,
                `./berth test` and `./berth format`.
                """);
        describe(berth, page);
        String url = System.getenv("BERTH_URL");
        Page.check(
                "commands.md", url == null ? page.toString() : page.toString().replace(url, "http://127.0.0.1:8080"));
    }

    private static void describe(CommandLine command, StringBuilder page) {
        command.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().helpCommand())
                .distinct()
                .forEach(each -> {
                    String name = each.getCommandSpec().qualifiedName();
                    page.append("\n## ").append(name).append("\n\n```\n");
                    each.getUsageMessage(Ansi.OFF)
                            .lines()
                            .map(String::stripTrailing)
                            .filter(line -> !isCommon(line))
                            .forEach(line -> page.append(line).append('\n'));
                    page.append("```\n");
                    describe(each, page);
                });
    }

    /** What each command has. */
    private static boolean isCommon(String line) {
        String text = line.strip().toLowerCase(Locale.ROOT);
        return text.startsWith("-h, --help ") || text.startsWith("-v, --version ");
    }
}
