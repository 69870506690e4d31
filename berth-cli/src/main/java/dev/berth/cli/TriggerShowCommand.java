package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a trigger: its lag, the rates at which records are read and finished, and who holds it up:",
            "none, source (there are no more records), executors, limit (its own --max-in-flight), paused or error."
        })
final class TriggerShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The trigger.")
    private String id;

    @Option(names = "--follow", description = "Print a line of its figures each second, until it is stopped.")
    private boolean follow;

    @Mixin
    private TableOptions tables;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode trigger = options.gateway().get(TriggerCommand.path(id));
        if (!follow) {
            if (options.json()) {
                out.println(Json.line(trigger));
            } else {
                TriggerText.show(trigger, tables, out);
            }
            return 0;
        }
        while (!out.checkError()) {
            out.println(options.json() ? Json.line(trigger) : TriggerText.line(trigger.path("status")));
            out.flush();
            TimeUnit.SECONDS.sleep(1);
            trigger = options.gateway().get(TriggerCommand.path(id));
        }
        return 0;
    }
}
