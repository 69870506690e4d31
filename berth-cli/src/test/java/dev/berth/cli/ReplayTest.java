package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.demo.Demo;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.LiveLines;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replays through the command line, on a whole Berth with real flights. */
@Tag("integration")
@Tag("E10")
@Timeout(240)
class ReplayTest {
    private static final int FLIGHTS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path files;

    private static Path data;
    private static RunningBerth berth;
    private static ReplayStage stage;

    @BeforeAll
    static void start(@TempDir Path dataDir) {
        data = dataDir;
        berth = new RunningBerth(dataDir);
        stage = new ReplayStage(berth, files);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    void theDemosFlightsIntoAChangedVersionDifferInExactlyWhatWasChanged() throws Exception {
        LiveLines quiet = new LiveLines(new PrintWriter(new StringWriter()), false, 80);
        Demo demo = new Demo(berth.berth(), RunningBerth.HOME.resolve("examples"), quiet, 80);
        assertThat(demo.run(FLIGHTS, 0, PATIENCE).faults()).isEmpty();
        Map<String, Integer> flights = flightsByAirport();
        String airport = flights.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        int changed = flights.get(airport);
        deployChanged(airport);

        assertThat(stage.ok("replay", "--from", "-1h", "--into", "flights:1", "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .isEqualTo(FLIGHTS);
        assertThat(stage.ok("replay", "--from", "-1h", "--into", "flights:1", "--key", airport, "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .isEqualTo(changed);

        Ran compared = berth.run(
                "replay", "--from", "-1h", "--into", "flights:1", "--compare", "--differences", "1000", "--json");

        JsonNode report = compared.json();
        assertThat(compared.exitCode()).as(compared.err()).isEqualTo(1);
        JsonNode totals = report.path("totals");
        assertThat(totals.path("changed").asInt())
                .as(report.path("totals").toString())
                .isEqualTo(changed);
        assertThat(totals.path("equal").asInt()).isEqualTo(FLIGHTS - changed);
        assertThat(totals.path("newly-failing").asInt()
                        + totals.path("newly-passing").asInt())
                .isZero();
        assertThat(totals.path("not-compared").asInt()).isZero();
        assertThat(report.path("differences")).hasSize(changed).allSatisfy(difference -> {
            assertThat(difference.path("key").asText()).isEqualTo(airport);
            assertThat(difference.path("diff")).hasSize(1);
            assertThat(difference.path("diff").path(0).path("path").asText()).isEqualTo("/city");
            assertThat(difference.path("replayed").path("version").asText()).isEqualTo("1");
        });

        // What the first replay ran lies in the range of the second, which does not repeat it.
        JsonNode again = stage.ok("replay", "--from", "-1h", "--into", "flights:1", "--dry-run", "--json");
        assertThat(again.path("wouldRun").asInt()).isEqualTo(FLIGHTS);
        assertThat(again.path("leftOut").path("repetition").asInt()).isEqualTo(FLIGHTS);

        stopsAndGoesOn();
    }

    private static void stopsAndGoesOn() {
        String id = berth.run("replay", "--from", "-1h", "--into", "flights:1", "--rate", "150", "--detach")
                .out()
                .strip();
        await().atMost(PATIENCE).until(() -> stage.published(id) > 20);
        stage.ok("replay", "stop", id, "--json");
        await().atMost(PATIENCE).until(() -> stage.state(id).equals("stopped"));
        assertThat(stage.published(id)).isLessThan(FLIGHTS);
        stage.ok("replay", "resume", id, "--json");
        await().atMost(PATIENCE).until(() -> stage.state(id).equals("done"));
        JsonNode counts = stage.ok("replay", "show", id, "--json").path("counts");
        assertThat(counts.path("published").asInt()).isEqualTo(FLIGHTS);
        assertThat(counts.path("succeeded").asInt()).isEqualTo(FLIGHTS);
        assertThat(berth.run("replay", "list").out()).contains(id);
        stage.ok("replay", "delete", id, "--json");
        assertThat(berth.run("replay", "show", id).exitCode()).isEqualTo(1);
    }

    @Test
    void recordsOfATopicComeAsTheirTriggerWouldGiveThemAndAreMarked() throws Exception {
        stage.deploy("echo", ReplayStage.ECHO);
        stage.topic("events", 5);

        JsonNode replay = stage.ok(
                "replay",
                "--topic",
                "events",
                "--from",
                "offset:1",
                "--to",
                "offset:3",
                "--into",
                "echo",
                "--suppress-side-effects",
                "--json");

        assertThat(replay.path("counts").path("succeeded").asInt()).isEqualTo(2);
        JsonNode job = stage.ok("jobs", "list", "--function", "echo", "--key", "k1", "--json")
                .path("jobs")
                .path(0);
        JsonNode result =
                stage.ok("jobs", "show", job.path("id").asText(), "--json").path("result");
        assertThat(result.path("event")
                        .path("records")
                        .path("events-0")
                        .path(0)
                        .path("offset")
                        .asInt())
                .isEqualTo(1);
        assertThat(result.path("custom").path("berth_replay_of").asText()).isEqualTo("events/0/1");
        assertThat(result.path("custom").path("berth_suppress_side_effects").asText())
                .isEqualTo("true");
        assertThat(job.path("origin").asText()).isEqualTo("replay");
    }

    @Test
    void onlyWhatFailedRunsAgainAndNodeAndTheRuntimesHeadersSayThatItIsAReplay() throws Exception {
        Path code = Files.writeString(files.resolve("picky.mjs"), """
                export const handler = async (event, context) => {
                  if (event.n === 1) throw new Error("not this one");
                  return context.clientContext?.custom ?? null;
                };
                """);
        stage.ok(
                "deploy",
                code.toString(),
                "--name",
                "picky",
                "--runtime",
                "nodejs",
                "--handler",
                "picky.handler",
                "--retries",
                "0",
                "--json");
        deployHeaders();
        for (int n = 0; n < 3; n++) {
            stage.ok("invoke", "picky", "--async", "--payload", "{\"n\": " + n + "}", "--json");
        }
        await().atMost(PATIENCE)
                .until(() -> stage.jobs("picky", "succeeded").size() == 2
                        && stage.jobs("picky", "dead-lettered").size() == 1);
        String bad = stage.jobs("picky", "dead-lettered").get(0).path("id").asText();

        JsonNode failed = stage.ok(
                "replay",
                "--from",
                "-1h",
                "--function",
                "picky",
                "--outcome",
                "failed",
                "--into",
                "headers",
                "--suppress-side-effects",
                "--json");
        assertThat(failed.path("counts").path("succeeded").asInt())
                .as("%s", failed)
                .isEqualTo(1);
        assertThat(failed.path("counts").path("leftOut").path("other-outcome").asInt())
                .isEqualTo(2);
        JsonNode headers = stage.result(stage.jobs("headers", "succeeded").get(0));
        assertThat(headers.path("Berth-Runtime-Replay-Of").asText()).isEqualTo(bad);
        assertThat(headers.path("Berth-Runtime-Suppress-Side-Effects").asText()).isEqualTo("true");

        JsonNode passed =
                stage.ok("replay", "--from", "-1h", "--function", "picky", "--outcome", "succeeded", "--json");
        assertThat(passed.path("counts").path("succeeded").asInt())
                .as("%s", passed)
                .isEqualTo(2);
        for (JsonNode job : stage.jobs("picky", "succeeded")) {
            JsonNode custom = stage.result(job);
            if (job.path("origin").asText().equals("replay")) {
                assertThat(custom.path("berth_replay_of").asText()).isNotEmpty().isNotEqualTo(bad);
                assertThat(custom.path("berth_replay_id").asText())
                        .isEqualTo(passed.path("id").asText());
                assertThat(custom.path("berth_suppress_side_effects").asText()).isEqualTo("false");
            } else {
                assertThat(custom.isNull()).as("%s", custom).isTrue();
            }
        }
    }

    /** A runtime of its own, which answers with what the Runtime API says of each invocation. */
    private static void deployHeaders() throws Exception {
        Path folder = Files.createDirectory(files.resolve("headers"));
        Path bootstrap = Files.writeString(folder.resolve("bootstrap"), """
                #!/usr/bin/env python3
                import json, os, urllib.request
                api = "http://%s/2018-06-01/runtime/invocation/" % os.environ["AWS_LAMBDA_RUNTIME_API"]
                while True:
                    with urllib.request.urlopen(api + "next") as told:
                        told.read()
                        body = json.dumps(dict(told.headers.items())).encode()
                        answer = api + told.headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
                    urllib.request.urlopen(urllib.request.Request(answer, data=body, method="POST")).close()
                """);
        assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
        stage.ok("deploy", folder.toString(), "--name", "headers", "--runtime", "provided", "--json");
    }

    @Test
    void whatCannotBeReplayedIsRefusedWithWhatToDo() throws Exception {
        stage.deploy("there", ReplayStage.ECHO);
        stage.topic("short", 4);
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.deleteRecords(Map.of(new TopicPartition("short", 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
        stage.refused("There is no topic nowhere", "replay", "--topic", "nowhere", "--from", "-1h", "--into", "there");
        stage.refused("does not keep offset 0", "replay", "--topic", "short", "--from", "offset:0", "--into", "there");
        stage.refused("one of Berth's own", "replay", "--topic", "berth.outcomes", "--from", "-1h", "--into", "there");
        stage.refused("Function not found", "replay", "--from", "-1h", "--into", "nobody");
        stage.refused("Function not found", "replay", "--from", "-1h", "--into", "there:7");
        assertThat(berth.run("replay", "--from", "yesterday", "--into", "there").exitCode())
                .isEqualTo(2);
        assertThat(berth.run("replay", "--into", "there").exitCode()).isEqualTo(2);

        String id = berth.run(
                        "replay",
                        "--topic",
                        "short",
                        "--from",
                        "offset:2",
                        "--into",
                        "there",
                        "--rate",
                        "0.001",
                        "--detach")
                .out()
                .strip();
        await().atMost(PATIENCE).until(() -> stage.published(id) == 1);
        stage.ok("replay", "stop", id, "--json");
        await().atMost(PATIENCE).until(() -> stage.state(id).equals("stopped"));
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.deleteTopics(List.of("short")).all().get();
        }
        stage.topic("short", 4);
        stage.ok("replay", "resume", id, "--json");
        await().atMost(PATIENCE).until(() -> stage.state(id).equals("failed"));
        assertThat(stage.ok("replay", "show", id, "--json").path("error").asText())
                .contains("made anew");
    }

    /** The demo's function with another city for one airport, as version 1. */
    private static void deployChanged(String airport) throws Exception {
        Path code = files.resolve("changed");
        Files.createDirectories(code);
        try (Stream<Path> all = Files.walk(data.resolve("instances"))) {
            Path reference = all.filter(each -> each.endsWith("airports.sqlite"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(reference, code.resolve("airports.sqlite"));
        }
        String source = Files.readString(RunningBerth.HOME.resolve("examples/flights/function/flights.py"));
        String changed = source.replace(
                "\"city\": airport.city", "\"city\": airport.city + (\"!\" if code == \"" + airport + "\" else \"\")");
        assertThat(changed).isNotEqualTo(source);
        Files.writeString(code.resolve("flights.py"), changed);
        Ran ran = berth.run(
                "deploy",
                code.toString(),
                "--name",
                "flights",
                "--runtime",
                "python3",
                "--handler",
                "flights.handler",
                "--timeout",
                "30");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        stage.ok("versions", "flights", "publish", "--json");
    }

    private static Map<String, Integer> flightsByAirport() throws Exception {
        Map<String, Integer> flights = new HashMap<>();
        try (InputStream in = new GZIPInputStream(
                Files.newInputStream(RunningBerth.HOME.resolve("examples/data/flights-20k.json.gz")))) {
            JsonNode all = Json.parse(in.readAllBytes());
            for (int i = 0; i < FLIGHTS; i++) {
                flights.merge(all.path(i).path("origin").asText(), 1, Integer::sum);
            }
        }
        return flights;
    }
}
