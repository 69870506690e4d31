package dev.berth.cli;

import dev.berth.cli.client.GatewayClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Without a subcommand: {@code list}, or with an id {@code show}. */
@Command(
        name = "jobs",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the latest asynchronous invocations, or shows one (of any kind) with its result.",
            "jobs ID is jobs show ID; jobs alone is jobs list."
        },
        subcommands = {
            JobsListCommand.class,
            JobsShowCommand.class,
            JobsWaitCommand.class,
            JobsCancelCommand.class,
            JobsWatchCommand.class
        })
final class JobsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "Show this one.")
    private String id;

    @Mixin
    private JobsFilter filter;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        if (id == null) {
            filter.print(options, spec);
        } else {
            JobText.print(options.gateway().get(path(id)), options.json(), spec);
        }
        return 0;
    }

    static String path(String id) {
        return "/jobs/" + GatewayClient.escaped(id);
    }
}
