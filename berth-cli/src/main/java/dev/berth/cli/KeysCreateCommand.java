package dev.berth.cli;

import dev.berth.cli.text.Json;
import dev.berth.gateway.auth.KeyMaker;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Makes a key and prints its secret, this once.")
final class KeysCreateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whom it acts for. Default: ${DEFAULT-VALUE}")
    private String tenant;

    @Option(
            names = "--aws",
            description =
                    "An access key for AWS's CLI and SDKs, which sign with it. Default: an API key for BERTH_API_KEY")
    private boolean aws;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "What it is for, in your words.")
    private String note;

    @Mixin
    private KeysOptions options;

    @Override
    public Integer call() {
        KeyMaker maker = new KeyMaker(options.file());
        long nowMs = System.currentTimeMillis();
        KeyMaker.Made made;
        try {
            made = aws ? maker.access(tenant, note, nowMs) : maker.api(tenant, note, nowMs);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        print(made, spec.commandLine().getOut());
        return 0;
    }

    private void print(KeyMaker.Made made, PrintWriter out) {
        if (options.json()) {
            var json = Json.object()
                    .put("id", made.key().id())
                    .put("kind", KeysCommand.kind(made.key()))
                    .put("tenant", tenant);
            out.println(Json.line(json.put(aws ? "secret" : "apiKey", made.secret())));
        } else if (aws) {
            out.println("AWS_ACCESS_KEY_ID=" + made.key().id());
            out.println("AWS_SECRET_ACCESS_KEY=" + made.secret());
        } else {
            out.println("BERTH_API_KEY=" + made.secret());
        }
    }
}
