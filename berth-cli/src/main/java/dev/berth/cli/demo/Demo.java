package dev.berth.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.Deployment;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.local.LocalBerth;
import dev.berth.cli.pack.CodePackage;
import dev.berth.cli.text.Failure;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.LiveLines;
import dev.berth.executor.container.Directories;
import dev.berth.schemas.ContainerEvent;
import dev.berth.schemas.ContainerEventType;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.Reuse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs the flights through a local Berth and measures what the topics say of them. Used by one thread. */
public final class Demo {
    private static final String FUNCTION = "flights";
    private static final int FUNCTION_TIMEOUT_SECONDS = 30;
    private static final Duration POLL = Duration.ofMillis(50);
    /** With nothing coming back for so long, the rest is given up as lost. Longer than a lost instance takes to be noticed. */
    private static final Duration STALL = Duration.ofSeconds(45);
    /** A second outcome for a flight would come right behind the first; this long is waited for one at the end. */
    private static final Duration SETTLE = Duration.ofMillis(500);

    private final LocalBerth berth;
    private final Path examples;
    private final LiveLines progress;
    private final int columns;

    /**
     * @param examples the repository's examples folder
     * @param progress where progress is shown
     * @param columns how wide the report's table may be
     */
    public Demo(LocalBerth berth, Path examples, LiveLines progress, int columns) {
        this.berth = berth;
        this.examples = examples;
        this.progress = progress;
        this.columns = columns;
    }

    /**
     * What came out.
     *
     * @param json the figures as one object
     * @param table the busiest airports and the figures, for people
     * @param faults what is wrong; empty if all checks passed
     * @param missing where lost flights were last seen
     */
    public record Report(JsonNode json, List<String> table, List<String> faults, List<String> missing) {}

    /**
     * Deploys, publishes, reads back, checks.
     *
     * @param events how many flights
     * @param perSecond how fast to publish; 0 as fast as the broker takes them
     * @param timeout after which what has not come back is given up as lost
     */
    public Report run(int events, int perSecond, Duration timeout) {
        deploy();
        List<Flight> flights =
                Flights.read(examples, events, "flight-" + Long.toString(System.currentTimeMillis(), 36));
        Tally tally = new Tally(flights);
        double seconds;
        try (TopicReader<Outcome> outcomes = new TopicReader<>(
                        berth.kafka(), berth.registry(), berth.topics().outcomes());
                Publisher publisher = new Publisher(berth.kafka(), berth.registry(), berth.topics(), FUNCTION)) {
            seconds = watch(outcomes, publisher, flights, tally, perSecond, timeout);
        }
        Verdict verdict = new Verdict(tally, containersStarted(), seconds);
        List<Flight> lost = tally.missing();
        List<String> missing =
                lost.isEmpty() ? List.of() : Whereabouts.of(lost, berth.kafka(), berth.registry(), berth.topics());
        return new Report(verdict.json(), verdict.lines(columns), verdict.faults(), missing);
    }

    private void deploy() {
        try {
            Path folder = Files.createTempDirectory("berth-demo-code-");
            try {
                byte[] zip = CodePackage.of(Flights.code(examples, folder), "the demo");
                Deployment.ofCode(FUNCTION, "python3", "flights.handler", zip, List.of())
                        .timeoutSeconds(FUNCTION_TIMEOUT_SECONDS)
                        .send(new GatewayClient(berth.gatewayUrl()));
            } finally {
                Directories.delete(folder);
            }
        } catch (IOException e) {
            throw new Failure("The demo's code cannot be packed: " + e, e);
        }
    }

    private double watch(
            TopicReader<Outcome> outcomes,
            Publisher publisher,
            List<Flight> flights,
            Tally tally,
            int perSecond,
            Duration timeout) {
        long startMs = nowMs();
        long lastNewsMs = startMs;
        publisher.start(flights, perSecond);
        while (tally.done() < flights.size()) {
            int before = tally.done();
            outcomes.poll(POLL, outcome -> tally.add(seen(outcome)));
            long nowMs = nowMs();
            if (tally.done() > before || publisher.acknowledged() < flights.size()) {
                lastNewsMs = nowMs;
            }
            if (publisher.failure() != null) {
                throw new Failure(
                        "Publishing stopped after " + publisher.acknowledged() + " flights: "
                                + Failure.rootMessage(publisher.failure()),
                        publisher.failure());
            }
            if (progress.isDue(nowMs)) {
                progress.show(ProgressLines.of(tally, publisher.acknowledged(), (nowMs - startMs) / 1_000.0), nowMs);
            }
            if (nowMs - lastNewsMs > STALL.toMillis() || nowMs - startMs > timeout.toMillis()) {
                break;
            }
        }
        long endMs = nowMs();
        double seconds = (endMs - startMs) / 1_000.0;
        while (nowMs() - endMs < SETTLE.toMillis()) {
            outcomes.poll(POLL, outcome -> tally.add(seen(outcome)));
        }
        outcomes.readToEnd(outcome -> tally.add(seen(outcome)));
        progress.show(ProgressLines.of(tally, publisher.acknowledged(), seconds), nowMs());
        return seconds;
    }

    private int containersStarted() {
        Set<String> created = new HashSet<>();
        try (TopicReader<ContainerEvent> events = new TopicReader<>(
                berth.kafka(), berth.registry(), berth.topics().containerEvents())) {
            events.readToEnd(event -> {
                if (event.getEvent() == ContainerEventType.CREATED
                        && event.getFunction().equals(FUNCTION)) {
                    created.add(event.getContainerId());
                }
            });
        }
        return created.size();
    }

    private static Seen seen(Outcome outcome) {
        Result result = outcome.getResult();
        Seen.Answer answer = null;
        String error = null;
        if (outcome.getStatus() == OutcomeStatus.SUCCEEDED) {
            try {
                answer = answer(result.getPayload());
            } catch (IOException | RuntimeException e) {
                error = "the answer is not what the function returns: " + e.getMessage();
            }
        } else {
            error = outcome.getStatus() + " " + result.getErrorType() + ": " + result.getErrorMessage();
        }
        long publishedUs = result.getTimings().getPublishedUs();
        return new Seen(
                outcome.getInvocationId(),
                result.getInstanceId(),
                result.getContainerId(),
                result.getReuse() == Reuse.WARM,
                result.getTimings().getStartedUs() - publishedUs,
                outcome.getCompletedUs() - publishedUs,
                answer,
                error);
    }

    private static Seen.Answer answer(ByteBuffer payload) throws IOException {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        JsonNode json = Json.parse(bytes);
        for (String field : List.of("airport", "name", "city", "count", "meanDelay", "referenceReads")) {
            if (!json.hasNonNull(field)) {
                throw new IOException("no " + field + " in it");
            }
        }
        return new Seen.Answer(
                json.get("airport").asText(),
                json.get("name").asText(),
                json.get("city").asText(),
                json.get("count").asLong(),
                json.get("meanDelay").asDouble(),
                json.get("referenceReads").asLong());
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
