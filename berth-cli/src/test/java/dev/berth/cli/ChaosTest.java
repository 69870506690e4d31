package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.ChaosRecord.LateStart;
import dev.berth.cli.ChaosRound.Blow;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broker, routers, executors and gateways as processes under steady work, each killed, paused and restarted in turn.
 *
 * <p>{@code -Dberth.chaosMinutes=10 -Dberth.chaosSeed=N} draws blows for so long; without, the six that have found bugs are struck
 * once each. What each cost is printed and written to {@code target/chaos.json}.
 */
@Tag("chaos")
@Tag("V5")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ChaosTest {
    private static final int MINUTES = Integer.getInteger("berth.chaosMinutes", 0);
    private static final long SEED = Long.getLong("berth.chaosSeed", System.nanoTime());
    private static final List<String> EXECUTORS = List.of("e1", "e2", "e3");
    private static final List<String> ROUTERS = List.of("r1", "r2");
    private static final List<String> GATEWAYS = List.of("g1", "g2");
    private static final String BROKER = "broker";
    /** Longer than the 3 s after which the fleet misses an instance, and the 6 s after which the broker misses a router. */
    private static final Map<Character, Long> PAUSE_MS = Map.of('e', 5_000L, 'r', 9_000L, 'g', 3_000L, 'b', 4_000L);
    /** Until work goes on: the router's session and a JVM's start among others' work. */
    private static final Duration SOON = Duration.ofMinutes(3);
    /** How long an instance may work on until it has heard that it has been given up. */
    private static final long HEARING_MS = 1_000;

    @TempDir
    private static Path folder;

    private static Processes berth;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<ChaosRound> rounds = new ArrayList<>();
    /** When paused executors woke, epoch milliseconds. */
    private final List<Long> wakingsMs = new ArrayList<>();

    private ChaosLoad load;

    @BeforeAll
    static void start() {
        berth = new Processes(folder);
        berth.launch(BROKER, BROKER).awaitReady();
        List<Processes.Part> parts = new ArrayList<>();
        ROUTERS.forEach(name -> parts.add(berth.launch("router", name)));
        EXECUTORS.forEach(name -> parts.add(berth.launch("executor", name)));
        GATEWAYS.forEach(name -> parts.add(berth.launch("gateway", name)));
        parts.forEach(Processes.Part::awaitReady);
        for (String function : ChaosLoad.FUNCTIONS) {
            List<String> args = new ArrayList<>(
                    List.of("deploy", RunningBerth.FIXTURES.resolve("chaos").toString(), "--name", function));
            args.addAll(List.of("--runtime", "python3", "--handler", "chaos.handler"));
            if (function.equals("line")) {
                args.add("--ordered");
            }
            Ran ran = berth.run(args.toArray(String[]::new));
            assertThat(ran.exitCode()).as(ran.err()).isZero();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        berth.close();
        assertThat(Processes.containers(folder.toString()))
                .as("containers left behind")
                .isEmpty();
    }

    @Test
    void nothingIsLostOrDoubledWhateverIsKilledPausedOrRestarted() throws Exception {
        Path notes = folder.resolve("notes");
        load = new ChaosLoad(
                GATEWAYS.stream().map(name -> berth.part(name).url()).toList(), notes);
        try (ChaosLoad running = load) {
            running.start();
            long begunNs = System.nanoTime();
            awaitServed(begunNs);
            if (MINUTES > 0) {
                drawn(begunNs);
            } else {
                usual();
            }
        }
        ChaosRecord record = new ChaosRecord(berth);
        await("all that was accepted has ended")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> record.without(load.jobs()).isEmpty()
                        && record.without(load.calls()).isEmpty());
        report(record);
        ended(record);
        zombies(record);
        order(Files.readAllLines(notes).stream()
                .filter(note -> !load.unanswered().contains(note))
                .toList());
        noLeaks();
    }

    private void usual() throws Exception {
        strike(Blow.KILL, "e1");
        strike(Blow.PAUSE, keeperOfTheFleet());
        strike(Blow.PAUSE, "e2");
        strike(Blow.KILL, keeperOfTheFleet());
        strike(Blow.KILL, BROKER);
        strike(Blow.RESTART, "g1");
    }

    private void drawn(long begunNs) throws Exception {
        System.out.println("Chaos: repeat with -Dberth.chaosMinutes=" + MINUTES + " -Dberth.chaosSeed=" + SEED);
        List<String> victims = new ArrayList<>(EXECUTORS);
        victims.addAll(ROUTERS);
        victims.addAll(GATEWAYS);
        victims.add(BROKER);
        List<Blow> blows = List.of(Blow.values());
        Random random = new Random(SEED);
        while (System.nanoTime() - begunNs < TimeUnit.MINUTES.toNanos(MINUTES)) {
            Blow blow = blows.get(random.nextInt(blows.size()));
            strike(blow, victims.get(random.nextInt(victims.size())));
        }
    }

    private void strike(Blow blow, String victim) throws Exception {
        Processes.Part part = berth.part(victim);
        GatewayClient gateway =
                new GatewayClient(berth.part(victim.equals("g1") ? "g2" : "g1").url());
        int failedBefore = load.failed();
        long epoch = epoch(gateway, victim);
        long struckNs = System.nanoTime();
        switch (blow) {
            case KILL -> part.kill();
            case PAUSE -> part.pause();
            case RESTART -> part.stop();
        }
        long servedMs = -1;
        long pinsMs = -1;
        boolean othersDoItsWork = !victim.equals(BROKER) && blow != Blow.RESTART;
        if (othersDoItsWork) {
            servedMs = awaitServed(struckNs);
            if (EXECUTORS.contains(victim)) {
                pinsMs = until(struckNs, "no pin points to " + victim, () -> pinsTo(gateway, victim) == 0);
            }
        }
        if (blow == Blow.PAUSE) {
            long pauseMs = PAUSE_MS.get(victim.charAt(0));
            until(struckNs, "the pause ends", () -> System.nanoTime() - struckNs > pauseMs * 1_000_000);
        }
        long returnedNs = System.nanoTime();
        if (blow == Blow.PAUSE) {
            wakingsMs.add(System.currentTimeMillis());
            part.resume();
        } else {
            part.restart().awaitReady();
        }
        until(returnedNs, victim + " works", () -> ready(part) && (epoch == 0 || epoch(gateway, victim) > epoch));
        // What a zombie breaks shows after it woke.
        long backMs = Math.max(awaitServed(returnedNs), (System.nanoTime() - returnedNs) / 1_000_000);
        ChaosRound round = new ChaosRound(
                blow,
                victim,
                othersDoItsWork ? servedMs : awaitServed(struckNs),
                pinsMs,
                backMs,
                load.failed() - failedBefore);
        rounds.add(round);
        System.out.println("Chaos: " + Instant.now() + " " + ChaosRound.json(List.of(round)) + load.failures());
    }

    private long awaitServed(long sinceNs) {
        try {
            return until(sinceNs, "every key is served", () -> load.servedAllSince(sinceNs));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("Not served: " + load.notServedSince(sinceNs) + '\n' + berth.lastLines(30), e);
        }
    }

    /** How long after a moment something became so, in milliseconds. */
    private long until(long sinceNs, String what, Callable<Boolean> condition) {
        await(what)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(condition);
        return (System.nanoTime() - sinceNs) / 1_000_000;
    }

    private static long epoch(GatewayClient gateway, String instance) {
        if (!EXECUTORS.contains(instance)) {
            return 0;
        }
        for (JsonNode each : gateway.get("/instances").path("instances")) {
            if (each.path("id").asText().equals(instance)
                    && each.path("state").asText().equals("running")) {
                return each.path("epoch").asLong();
            }
        }
        return 0;
    }

    private static int pinsTo(GatewayClient gateway, String instance) {
        int pins = 0;
        for (JsonNode pin : gateway.get("/pins?limit=1000").path("pins")) {
            if (pin.path("instanceId").asText().equals(instance)) {
                pins++;
            }
        }
        return pins;
    }

    private boolean ready(Processes.Part part) throws IOException, InterruptedException {
        String health = part.awaitReady().path("health").asText();
        if (part.name().equals(BROKER)) {
            return true;
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(health.replace("/healthz", "/readyz")))
                .timeout(Duration.ofSeconds(2))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    /** The router that read the fleet back last: it gives epochs and misses instances. */
    private static String keeperOfTheFleet() {
        return ROUTERS.stream()
                .filter(name -> berth.part(name).isAlive())
                .max((a, b) -> lastKept(a).compareTo(lastKept(b)))
                .orElseThrow();
    }

    private static String lastKept(String router) {
        return berth.part(router)
                .log()
                .lines()
                .filter(line -> line.contains("Read back the fleet"))
                .reduce("", (first, last) -> last);
    }

    private void ended(ChaosRecord record) {
        Map<String, List<Outcome>> outcomes = record.outcomes();
        assertThat(outcomes.keySet())
                .as("none is lost")
                .containsAll(load.jobs())
                .containsAll(load.calls());
        assertThat(outcomes.values().stream().filter(all -> all.size() > 1))
                .as("none ends twice")
                .isEmpty();
        assertThat(load.jobs())
                .as("jobs succeed, whatever happened to those who ran them")
                .allMatch(id -> outcomes.get(id).get(0).getStatus() == OutcomeStatus.SUCCEEDED);
    }

    private void zombies(ChaosRecord record) {
        for (LateStart late : record.lateStarts()) {
            assertThat(Stream.concat(Stream.of(late.startedMs() - late.lateMs()), wakingsMs.stream()))
                    .as("%s: when its epoch ended, and when zombies woke", late)
                    .anyMatch(sinceMs -> Math.abs(late.startedMs() - sinceMs) < HEARING_MS);
        }
    }

    /** At-least-once: an executor that was paused may run what it had once more when it wakes. What runs first, runs in order. */
    private static void order(List<String> notes) {
        Map<String, TreeSet<Integer>> ran = new HashMap<>();
        for (String note : notes) {
            String[] words = note.split(" ", 2);
            TreeSet<Integer> before = ran.computeIfAbsent(words[0], line -> new TreeSet<>());
            int n = Integer.parseInt(words[1]);
            if (!before.contains(n)) {
                assertThat(n)
                        .as("the number after %s of %s", before, words[0])
                        .isGreaterThan(before.isEmpty() ? -1 : before.last());
                before.add(n);
            }
        }
        assertThat(ran).hasSize(3);
    }

    private static void noLeaks() {
        GatewayClient gateway = new GatewayClient(berth.gatewayUrl());
        for (String executor : EXECUTORS) {
            String path = berth.part(executor).setting("data.dir");
            await("containers of " + executor + " are those that it knows of")
                    .atMost(SOON)
                    .until(() -> {
                        for (JsonNode each : gateway.get("/instances").path("instances")) {
                            if (each.path("id").asText().equals(executor)) {
                                return each.path("load").path("containers").asInt()
                                        == Processes.containerIds(path).size();
                            }
                        }
                        return false;
                    });
        }
    }

    private void report(ChaosRecord record) throws IOException {
        ObjectNode json = Json.object()
                .put("jobs", load.jobs().size())
                .put("calls", load.calls().size())
                .put("instancesLost", record.losses())
                .put("lateStarts", record.lateStarts().size());
        load.failures().forEach(json.putObject("failedRequests")::put);
        json.set("rounds", ChaosRound.json(rounds));
        Files.writeString(Path.of("target", "chaos.json"), Json.line(json) + "\n");
        System.out.println(ChaosRound.table(rounds) + "\n" + Json.line(json));
    }
}
