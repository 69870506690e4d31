package dev.berth.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.bench.starts.StartSubject;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Starts of functions in Python, deployed and invoked over HTTP, on a Berth of one instance. */
final class StartsThroughGateway implements StartSubject {
    static final String RUNTIME = "python3";

    private static final String FUNCTIONS = "/2015-03-31/functions/";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration EACH = Duration.ofMillis(5);
    private static final String HANDLER = """
            import time

            def handler(event, context):
                return time.time()
            """;

    private final GatewayClient gateway;
    private final Path folder;
    private final int memoryMb;
    /** When this last changed what the instance has. */
    private long changedMs = System.currentTimeMillis();

    /** @param folder for code */
    StartsThroughGateway(GatewayClient gateway, Path folder, int memoryMb) {
        this.gateway = gateway;
        this.folder = folder;
        this.memoryMb = memoryMb;
    }

    @Override
    public void deploy(String name, String packageId, boolean prewarmable) {
        try {
            Path code = Files.createTempDirectory(folder, "code-");
            Files.writeString(code.resolve("app.py"), "# " + packageId + "\n" + HANDLER);
            Deployment.ofCode(name, RUNTIME, "app.handler", CodePackage.of(code), List.of())
                    .memoryMb(memoryMb)
                    // It is read when the interpreter starts: a container that runs one already will not do.
                    .environment(prewarmable ? Map.of() : Map.of("PYTHONHASHSEED", "0"))
                    .send(gateway);
        } catch (IOException e) {
            throw new Failure("The benchmark's function cannot be written: " + e, e);
        }
    }

    @Override
    public void awaitPrewarmed() {
        long endsMs = System.currentTimeMillis() + PATIENCE.toMillis();
        while (!isPrewarmed()) {
            if (System.currentTimeMillis() > endsMs) {
                throw new Failure("No prewarmed container got ready in " + PATIENCE.toSeconds() + " s.");
            }
            LockSupport.parkNanos(EACH.toNanos());
        }
    }

    /** As the instance said since: what it said before may be of a container that has been taken by now. */
    private boolean isPrewarmed() {
        for (JsonNode instance : gateway.get("/instances").path("instances")) {
            JsonNode kept = instance.path("prewarmed").path(0);
            if (instance.path("sentMs").asLong() > changedMs
                    && instance.path("load").path("running").asInt() == 0
                    && kept.path("ready").asInt() > 0
                    && kept.path("underway").asInt() == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Start invoke(String name) {
        GatewayClient.Answer answer = GatewayClient.required(gateway.send(
                "POST",
                FUNCTIONS + name + "/invocations",
                "{}".getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Type", "application/json")));
        changedMs = System.currentTimeMillis();
        try {
            JsonNode timings =
                    Json.parse(answer.header("X-Berth-Timings").orElse("{}").getBytes(StandardCharsets.UTF_8));
            double calledMs = answer.json().asDouble() * 1_000;
            return new Start(
                    answer.header("X-Berth-Reuse").orElse(""),
                    calledMs - timings.path("receivedUs").asDouble() / 1_000);
        } catch (IOException e) {
            throw new Failure("The gateway's timings cannot be read: " + e, e);
        }
    }

    @Override
    public void delete(String name) {
        GatewayClient.required(gateway.send("DELETE", FUNCTIONS + name, null, Map.of()));
    }
}
