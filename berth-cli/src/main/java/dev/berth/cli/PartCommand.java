package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.config.Role;
import dev.berth.cli.config.Settings;
import dev.berth.cli.process.PartProcess;
import dev.berth.cli.text.Json;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands that run one part in this process have in common. */
abstract class PartCommand implements Callable<Integer> {
    private final Role role;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PartOptions options;

    @Option(names = "--json", description = "Print the ready line as JSON.")
    private boolean json;

    PartCommand(Role role) {
        this.role = role;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = options.settings(role);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        err.println(Version.text());
        PartProcess process = new PartProcess(settings, Terminal.home());
        try (Shutdown shutdown = Shutdown.succeeds(err, process::stop)) {
            process.run(ready -> {
                out.println(json ? Json.line(ready) : line(ready));
                out.flush();
            });
            // It ended by itself, which none does without a failure, or is being stopped.
            shutdown.await();
        } catch (RuntimeException e) {
            if (!Shutdown.isRunning()) {
                process.stop();
                throw e;
            }
            Shutdown.awaitEnd();
        }
        return 0;
    }

    private static String line(ObjectNode ready) {
        StringBuilder line =
                new StringBuilder("Ready in " + ready.path("seconds").asText() + " s:");
        for (Iterator<Map.Entry<String, JsonNode>> fields = ready.properties().iterator(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!field.getKey().equals("seconds")) {
                line.append(' ')
                        .append(field.getKey())
                        .append('=')
                        .append(field.getValue().asText());
            }
        }
        return line.toString();
    }
}
