package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        description = {
            "Does dead letters again, those that were redriven before left out: an invocation runs once more, another",
            "record goes back onto its topic, or runs in the function of --into; a destination that could not be told is told",
            "again. What fails again is a dead letter again. Give one letter, filters, or --all.",
            "Exit code 1 if it does not come to its end."
        })
final class DlqRedriveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "This letter only, such as 0-17.")
    private String id;

    @Mixin
    private DlqFilter filter;

    @Option(names = "--key", paramLabel = "VALUE", description = "Of this routing value, or this record key, only.")
    private String key;

    @Option(names = "--all", description = "Every letter that is not excluded by a filter.")
    private boolean all;

    @Option(names = "--again", description = "Also those that were redriven before.")
    private boolean again;

    @Mixin
    private ReplayWorkOptions work;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        ObjectNode request = Json.object();
        ReplayCommand.put(request, "id", id);
        ReplayCommand.put(request, "function", filter.function());
        ReplayCommand.put(request, "reason", filter.reason());
        ReplayCommand.put(request, "sourceTopic", filter.sourceTopic());
        ReplayCommand.put(request, "key", key);
        moment(request, "from", filter.from());
        moment(request, "to", filter.to());
        if (request.isEmpty() && !all) {
            throw new ParameterException(
                    spec.commandLine(), "say which: a letter's ID, a filter such as --function NAME, or --all");
        }
        request.put("again", again);
        ReplayWatch watch = new ReplayWatch(options, work, spec);
        JsonNode redrive = watch.run("/dead-letters/redrive", request);
        if (watch.isFollowed()) {
            ReplayWatch.print(redrive, options, spec);
            ReplayWatch.requireDone(redrive);
        }
        return 0;
    }

    private static void moment(ObjectNode request, String name, String ms) {
        if (ms != null) {
            request.put(name, Long.parseLong(ms));
        }
    }
}
