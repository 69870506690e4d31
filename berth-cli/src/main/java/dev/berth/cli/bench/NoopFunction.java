package dev.berth.cli.bench;

import dev.berth.bench.NoopCode;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.pack.CodePackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The function that does nothing, in C where there is a compiler, so that next to nothing of what is measured is its own. */
final class NoopFunction {
    static final String NAME = "noop";

    private NoopFunction() {}

    /**
     * Deploys it.
     *
     * @param data a folder for its code
     * @return what it is, in words
     */
    static String deploy(GatewayClient gateway, Path data, int memoryMb, Consumer<String> progress) throws IOException {
        Path code = Files.createDirectories(data.resolve("noop"));
        boolean inC = NoopCode.isPossible();
        if (inC) {
            NoopCode.compile(code);
        } else {
            progress.accept(
                    "NO C COMPILER: the function that does nothing is in Python, and takes its share of the time");
            Files.writeString(code.resolve("noop.py"), "def handler(event, context):\n    return None\n");
        }
        String runtime = inC ? "provided" : "python3";
        Deployment.ofCode(NAME, runtime, inC ? "bootstrap" : "noop.handler", CodePackage.of(code), List.of())
                .memoryMb(memoryMb)
                // So many interpreters would take longer to start than all the rest.
                .environment(inC ? Map.of() : Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "8"))
                .send(gateway);
        return inC ? "a no-op in C" : "a no-op in Python";
    }
}
