package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.Key;
import dev.berth.cli.config.Role;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Paragraph;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = {
            "Lists what a router, executor, gateway, triggers or broker can be told, in the form of a file for --config.",
            "./berth config executor > executor.properties is a file to start from."
        })
final class ConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PART", description = "router, executor, gateway, triggers, broker or topics.")
    private Role role;

    @Option(names = "--json", description = "Print JSON, one line for each setting.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            role.keys().forEach(key -> out.println(Json.line(json(key))));
            return 0;
        }
        out.println("# Settings of ./berth " + role.word()
                + ". --set comes before the environment, that before this file.");
        for (Key<?> key : role.keys()) {
            out.println();
            Paragraph.wrapped(key.meaning() + " (" + key.form() + "; " + key.variable() + ")", Terminal.columns() - 2)
                    .forEach(line -> out.println("# " + line));
            out.println("#" + key.name() + "=" + key.fallback());
        }
        return 0;
    }

    private static ObjectNode json(Key<?> key) {
        return Json.object()
                .put("key", key.name())
                .put("variable", key.variable())
                .put("form", key.form())
                .put("default", key.fallback())
                .put("secret", key.secret())
                .put("meaning", key.meaning());
    }
}
