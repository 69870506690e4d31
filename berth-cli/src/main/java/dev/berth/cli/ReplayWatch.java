package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.LiveLines;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Model.CommandSpec;

/** Makes a replay and follows it to its end, with its progress on stderr. */
final class ReplayWatch {
    private static final long ASK_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private final GatewayClient gateway;
    private final GatewayOptions options;
    private final ReplayWorkOptions work;
    private final CommandSpec spec;

    ReplayWatch(GatewayOptions options, ReplayWorkOptions work, CommandSpec spec) {
        this.gateway = options.gateway();
        this.options = options;
        this.work = work;
        this.spec = spec;
    }

    static String path(String id) {
        return "/replays/" + GatewayClient.escaped(id);
    }

    /** Asks for it, and returns what it came to: of a dry run the counts, of a detached one its beginning. */
    JsonNode run(String path, ObjectNode request) {
        work.into(request);
        PrintWriter out = spec.commandLine().getOut();
        JsonNode made = GatewayClient.required(gateway.send(
                        "POST",
                        path,
                        Json.line(request).getBytes(StandardCharsets.UTF_8),
                        Map.of("Content-Type", "application/json")))
                .json();
        if (work.dryRun()) {
            if (options.json()) {
                out.println(Json.line(made));
            } else {
                ReplayText.dryRun(made, out);
            }
            return made;
        }
        if (work.detach()) {
            out.println(options.json() ? Json.line(made) : made.path("id").asText());
            return made;
        }
        return follow(made);
    }

    /** Whether there is a result to go on with. */
    boolean isFollowed() {
        return !work.dryRun() && !work.detach();
    }

    private JsonNode follow(JsonNode made) {
        PrintWriter err = spec.commandLine().getErr();
        String id = made.path("id").asText();
        LiveLines progress = Terminal.progress(err);
        JsonNode replay = made;
        try (Shutdown interrupted = Shutdown.runs(err, () -> interrupted(id, progress))) {
            while (!ReplayText.isOver(replay)) {
                LockSupport.parkNanos(ASK_NS);
                replay = gateway.get(path(id));
                long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
                if (!options.json() && (progress.isDue(nowMs) || ReplayText.isOver(replay))) {
                    progress.show(List.of(ReplayText.progress(replay)), nowMs);
                }
            }
        }
        return replay;
    }

    private void interrupted(String id, LiveLines progress) {
        progress.end();
        PrintWriter err = spec.commandLine().getErr();
        if (work.stopOnInterrupt()) {
            GatewayClient.Answer answer = gateway.send("POST", path(id) + "/stop", null, Map.of());
            err.println(
                    answer.ok()
                            ? "Replay " + id + " is stopped. Go on with: berth replay resume " + id
                            : "Replay " + id + " could not be stopped: " + answer.error());
        } else {
            err.println("Replay " + id + " goes on. See it with: berth replay show " + id
                    + "; stop it with: berth replay stop " + id);
        }
        err.flush();
    }

    /** Prints how it ended; fails if that is not well. */
    static void print(JsonNode replay, GatewayOptions options, CommandSpec spec) {
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            out.println(Json.line(replay));
        } else {
            ReplayText.show(replay, out);
        }
    }

    /** Fails unless it came to its end. */
    static void requireDone(JsonNode replay) {
        if (!replay.path("state").asText().equals("done")) {
            throw new Failure("Replay " + replay.path("id").asText() + " is "
                    + replay.path("state").asText()
                    + (replay.has("error") ? ": " + replay.path("error").asText() : "")
                    + ". berth replay resume goes on with it.");
        }
    }
}
