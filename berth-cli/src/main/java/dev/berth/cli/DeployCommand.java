package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Json;
import dev.berth.schemas.RoutingKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        description = {
            "Creates a function, or updates the one of that name.",
            "A folder is zipped without .git and __pycache__; executable bits are kept."
        })
final class DeployCommand implements Callable<Integer> {
    private static final String PROVIDED = "provided";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PATH", description = "A folder, a .zip (at most 50 MB) or one file.")
    private Path path;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "The function's name.")
    private String name;

    @Option(names = "--runtime", required = true, paramLabel = "RUNTIME", description = "python3, nodejs or provided.")
    private String runtime;

    @Option(
            names = "--handler",
            paramLabel = "FILE.NAME",
            description =
                    "What is called, such as app.handler; not needed for provided, which runs the file bootstrap.")
    private String handler;

    @Option(names = "--memory", paramLabel = "MB", description = "Memory of a container. Default: 128")
    private Integer memoryMb;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long an invocation may run. Default: 3")
    private Integer timeoutSeconds;

    @Option(names = "--env", paramLabel = "K=V", description = "A variable of the function's environment; repeatable.")
    private Map<String, String> environment = Map.of();

    @Option(names = "--exclusive", description = "A container serves one --key for its whole life.")
    private boolean exclusive;

    @Option(
            names = "--network",
            description =
                    "Lets it reach the network outside. Docker containers cannot otherwise, and only where Berth was"
                            + " started with --allow-network.")
    private boolean network;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private GatewayOptions options;

    @Override
    public Integer call() {
        if (!RoutingKey.isValidName(name)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "\"" + name + "\" cannot be a function's name: 1 to 64 letters, digits, hyphens or underscores");
        }
        if (handler == null && !runtime.startsWith(PROVIDED)) {
            throw new ParameterException(
                    spec.commandLine(), "Runtime " + runtime + " needs --handler FILE.NAME, such as app.handler");
        }
        byte[] zip = CodePackage.of(path);
        ObjectNode answer = new Deployment(name, runtime, handler == null ? "bootstrap" : handler)
                .memoryMb(memoryMb)
                .timeoutSeconds(timeoutSeconds)
                .environment(environment)
                .exclusive(exclusive)
                .network(network)
                .settings(settings.json())
                .send(options.gateway(), zip);
        boolean created = answer.path("created").asBoolean();
        spec.commandLine()
                .getOut()
                .println(
                        options.json()
                                ? Json.line(answer)
                                : (created ? "Created " : "Updated ") + name + ": " + runtime + ", "
                                        + answer.path("MemorySize").asText("?") + " MB, "
                                        + answer.path("Timeout").asText("?") + " s, " + zip.length + " bytes of code"
                                        + routed(answer.path("Routing").asText("none")) + ".");
        return 0;
    }

    private static String routed(String rule) {
        return rule.equals("none") ? "" : ", routed by " + rule;
    }
}
