package dev.berth.cli;

import dev.berth.cli.local.Images;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "images",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the Docker images that functions run in; what is there is left alone.",
            "Functions deployed with --image bring their own: build or load those with docker."
        })
final class ImagesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUNTIME", arity = "0..*", description = "python3, nodejs, java, provided. Default: all")
    private List<String> runtimes = List.of();

    @Option(names = "--rebuild", description = "Make them anew.")
    private boolean rebuild;

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Override
    public Integer call() {
        if (!Images.engineAnswers()) {
            throw new Failure(
                    "No Docker engine answers. Start one (dockerd), or use --containers process, which needs no images.");
        }
        List<String> arguments = new ArrayList<>(runtimes);
        if (rebuild) {
            arguments.add("--rebuild");
        }
        var progress = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        new Images(Terminal.home()).make(arguments, progress::println);
        if (json) {
            spec.commandLine().getOut().println(Json.line(Json.object().put("ready", true)));
        }
        return 0;
    }
}
