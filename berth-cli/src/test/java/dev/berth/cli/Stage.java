package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Functions that do what their events say, and invocations that stay in their containers until they are let go. */
final class Stage {
    private final Function<String[], Ran> commands;
    private final Path files;

    /** @param files a folder for what functions and tests tell one another by files */
    Stage(RunningBerth berth, Path files) {
        this(berth::run, files);
    }

    /** The same for another Berth. */
    Stage(Function<String[], Ran> commands, Path files) {
        this.commands = commands;
        this.files = files;
    }

    /** An invocation that is in its container until it is let go. */
    record Held(CompletableFuture<JsonNode> answer, Path gate) {
        void release() throws IOException {
            Files.createFile(gate);
        }
    }

    /** Invokes, and returns once the function runs. */
    Held hold(String function, String name, String... options) {
        Path bell = files.resolve(name + ".bell");
        Path gate = files.resolve(name + ".gate");
        String payload = "{\"bell\":\"" + bell + "\",\"gate\":\"" + gate + "\"}";
        CompletableFuture<JsonNode> answer = CompletableFuture.supplyAsync(() -> invoke(function, payload, options));
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(bell) || answer.isCompletedExceptionally());
        return new Held(answer, gate);
    }

    /** Deploys the function of the fixture {@code stage}. */
    void deploy(String name, String... options) {
        List<String> args = new ArrayList<>(
                List.of("deploy", RunningBerth.FIXTURES.resolve("stage").toString(), "--name", name));
        args.addAll(List.of("--runtime", "python3", "--handler", "stage.handler", "--timeout", "60"));
        args.addAll(List.of(options));
        Ran ran = commands.apply(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    /** Invokes and waits for the answer. */
    JsonNode invoke(String function, String payload, String... options) {
        List<String> args = new ArrayList<>(List.of("invoke", function, "--json", "--payload", payload));
        args.addAll(List.of(options));
        Ran ran = commands.apply(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }

    /** The container that an answer came from. */
    static String container(JsonNode answer) {
        return answer.path("route").path("container").asText();
    }
}
