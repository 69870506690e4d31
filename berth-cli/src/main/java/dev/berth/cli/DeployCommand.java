package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Json;
import dev.berth.schemas.RoutingKey;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
            "A folder is zipped without .git and __pycache__; executable bits are kept.",
            "With --image it is an image whose entry point speaks Lambda's Runtime API, and has no code of its own."
        })
final class DeployCommand implements Callable<Integer> {
    private static final String PROVIDED = "provided";

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            arity = "0..1",
            description = "A folder, a .zip or .jar (at most 50 MB, layers included) or one file.")
    private Path path;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "The function's name.")
    private String name;

    @Option(names = "--runtime", paramLabel = "RUNTIME", description = "python3, nodejs, java or provided.")
    private String runtime;

    @Option(
            names = "--image",
            paramLabel = "NAME[:TAG]",
            description = "In the place of PATH: an image that the instances' Docker engine has.")
    private String image;

    @Option(
            names = "--handler",
            paramLabel = "FILE.NAME",
            description =
                    "What is called, such as app.handler, or example.Handler::handleRequest for java; not needed for"
                            + " provided, which runs the file bootstrap.")
    private String handler;

    @Option(names = "--memory", paramLabel = "MB", description = "Memory of a container. Default: 128")
    private Integer memoryMb;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long an invocation may run. Default: 3")
    private Integer timeoutSeconds;

    @Option(names = "--env", paramLabel = "K=V", description = "A variable of the function's environment; repeatable.")
    private Map<String, String> environment = Map.of();

    @Option(
            names = "--layer",
            paramLabel = "DIR|ZIP",
            description =
                    "Files that containers find under /opt, such as python/, nodejs/node_modules/, java/lib/, bin/ and"
                            + " lib/; repeatable, at most 5. Where two have one file, the later has it.")
    private List<Path> layers = List.of();

    @Option(
            names = "--mount",
            paramLabel = "HOSTDIR:/mnt/NAME",
            description = "A folder or file of the instance's machine, read-only, where Berth was started with"
                    + " --allow-mount for it; repeatable. Docker containers only.")
    private List<String> mounts = List.of();

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
        Deployment deployment = image == null ? ofCode() : ofImage();
        ObjectNode answer = deployment
                .mounts(mountsByTarget())
                .memoryMb(memoryMb)
                .timeoutSeconds(timeoutSeconds)
                .environment(environment)
                .exclusive(exclusive)
                .network(network)
                .settings(settings.json())
                .send(options.gateway());
        boolean created = answer.path("created").asBoolean();
        spec.commandLine()
                .getOut()
                .println(
                        options.json()
                                ? Json.line(answer)
                                : (created ? "Created " : "Updated ") + name + ": "
                                        + (image == null ? runtime : "image " + image) + ", "
                                        + answer.path("MemorySize").asText("?") + " MB, "
                                        + answer.path("Timeout").asText("?") + " s" + sized(answer)
                                        + routed(answer.path("Routing").asText("none")) + ".");
        return 0;
    }

    private Deployment ofCode() {
        if (path == null || runtime == null) {
            throw refuse("Give PATH and --runtime for code, or --image NAME for an image");
        }
        if (handler == null && !runtime.startsWith(PROVIDED)) {
            throw refuse("Runtime " + runtime + " needs --handler FILE.NAME, such as app.handler"
                    + (runtime.startsWith("java") ? ", for java example.Handler::handleRequest" : ""));
        }
        return Deployment.ofCode(
                name,
                runtime,
                handler == null ? "bootstrap" : handler,
                CodePackage.of(path),
                layers.stream().map(CodePackage::of).toList());
    }

    private Deployment ofImage() {
        if (path != null || runtime != null || handler != null || !layers.isEmpty()) {
            throw refuse("An --image has no PATH, --runtime, --handler or --layer: its entry point is what runs");
        }
        return Deployment.ofImage(name, image);
    }

    private Map<String, String> mountsByTarget() {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String mount : mounts) {
            int colon = mount.lastIndexOf(':');
            if (colon < 1 || !mount.startsWith("/mnt/", colon + 1)) {
                throw refuse("--mount takes HOSTDIR:/mnt/NAME, not \"" + mount + "\"");
            }
            Path source = Path.of(mount.substring(0, colon)).toAbsolutePath().normalize();
            if (sources.put(mount.substring(colon + 1), source.toString()) != null) {
                throw refuse("Two of --mount have the place " + mount.substring(colon + 1));
            }
        }
        return sources;
    }

    private ParameterException refuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static String sized(ObjectNode answer) {
        int layers = answer.path("Layers").size();
        return answer.path("PackageType").asText().equals("Image")
                ? ""
                : ", " + answer.path("CodeSize").asText("?") + " bytes of code"
                        + (layers == 0 ? "" : layers == 1 ? ", 1 layer" : ", " + layers + " layers");
    }

    private static String routed(String rule) {
        return rule.equals("none") ? "" : ", routed by " + rule;
    }
}
