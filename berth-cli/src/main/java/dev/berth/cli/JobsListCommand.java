package dev.berth.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the latest jobs, the latest first.")
final class JobsListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JobsFilter filter;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        filter.print(options, spec);
        return 0;
    }
}
