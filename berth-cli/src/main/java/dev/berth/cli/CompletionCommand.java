package dev.berth.cli;

import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what makes a shell complete berth's commands and options.",
            "For this shell: source <(./berth completion bash). For all: write it to a file in",
            "~/.local/share/bash-completion/completions/berth, or source that from ~/.zshrc."
        })
final class CompletionCommand implements Callable<Integer> {
    private enum Shell {
        BASH,
        ZSH;

        /** What the shell offers. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private Shell shell;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() {
        // One script serves both: in zsh it loads zsh's own support of bash's completions first.
        String script = AutoComplete.bash("berth", spec.root().commandLine());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(Json.object().put("shell", shell.toString()).put("script", script)));
        } else {
            out.print(script);
            out.flush();
        }
        return 0;
    }
}
