package dev.berth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A job's server-sent events. */
public final class JobEvents {
    private static final String DATA = "data: ";
    private static final Duration FOREVER = Duration.ofDays(3650);

    private JobEvents() {}

    /**
     * Tells of each status, and returns after the last.
     *
     * @param told the job in short, as {@code GET /jobs} lists it
     * @throws Failure if there is no such job, or the connection breaks off before it has ended
     */
    public static void follow(GatewayClient gateway, String id, Consumer<JsonNode> told) {
        follow(gateway, id, FOREVER, told);
    }

    /**
     * The same for a time.
     *
     * @return whether the job has ended; if not, the time is up
     */
    public static boolean follow(GatewayClient gateway, String id, Duration atMost, Consumer<JsonNode> told) {
        boolean ended = false;
        AtomicBoolean timeUp = new AtomicBoolean();
        GatewayClient.Streamed answer = gateway.stream("/jobs/" + GatewayClient.escaped(id) + "/events");
        CompletableFuture<Void> timer = CompletableFuture.runAsync(
                () -> {
                    timeUp.set(true);
                    close(answer.body());
                },
                CompletableFuture.delayedExecutor(atMost.toMillis(), TimeUnit.MILLISECONDS));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    JsonNode job = Json.parse(line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8));
                    ended = job.has("completedMs");
                    told.accept(job);
                }
            }
        } catch (IOException e) {
            if (!timeUp.get()) {
                throw broken(id, e);
            }
        } finally {
            timer.cancel(false);
        }
        if (!ended && !timeUp.get()) {
            throw broken(id, null);
        }
        return ended;
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Nobody reads it any more.
        }
    }

    private static Failure broken(String id, IOException e) {
        return new Failure(
                "The gateway broke off before job " + id + " had ended"
                        + (e == null ? "" : " (" + Failure.rootMessage(e) + ")")
                        + ". The job is not touched by that: ask again when the gateway is back.",
                e);
    }
}
