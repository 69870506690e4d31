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
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replays and redrives through the command line, on a whole Berth with real flights. */
@Tag("integration")
@Timeout(240)
class ReplayTest {
    private static final int FLIGHTS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ECHO = """
            def handler(event, context):
                custom = context.client_context.custom if context.client_context else {}
                return {"event": event, "custom": custom}
            """;

    @TempDir
    private static Path files;

    private static Path data;
    private static RunningBerth berth;

    @BeforeAll
    static void start(@TempDir Path dataDir) {
        data = dataDir;
        berth = new RunningBerth(dataDir);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("E10")
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

        assertThat(ok("replay", "--from", "-1h", "--into", "flights:1", "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .isEqualTo(FLIGHTS);
        assertThat(ok("replay", "--from", "-1h", "--into", "flights:1", "--key", airport, "--dry-run", "--json")
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
        JsonNode again = ok("replay", "--from", "-1h", "--into", "flights:1", "--dry-run", "--json");
        assertThat(again.path("wouldRun").asInt()).isEqualTo(FLIGHTS);
        assertThat(again.path("leftOut").path("repetition").asInt()).isEqualTo(FLIGHTS);

        stopsAndGoesOn();
    }

    private static void stopsAndGoesOn() {
        String id = berth.run("replay", "--from", "-1h", "--into", "flights:1", "--rate", "150", "--detach")
                .out()
                .strip();
        await().atMost(PATIENCE).until(() -> published(id) > 20);
        ok("replay", "stop", id, "--json");
        await().atMost(PATIENCE).until(() -> state(id).equals("stopped"));
        assertThat(published(id)).isLessThan(FLIGHTS);
        ok("replay", "resume", id, "--json");
        await().atMost(PATIENCE).until(() -> state(id).equals("done"));
        JsonNode counts = ok("replay", "show", id, "--json").path("counts");
        assertThat(counts.path("published").asInt()).isEqualTo(FLIGHTS);
        assertThat(counts.path("succeeded").asInt()).isEqualTo(FLIGHTS);
        assertThat(berth.run("replay", "list").out()).contains(id);
        ok("replay", "delete", id, "--json");
        assertThat(berth.run("replay", "show", id).exitCode()).isEqualTo(1);
    }

    @Test
    @Tag("E11")
    void aDeadLetterRunsAfterAFixAndIsNotRedrivenTwice() throws Exception {
        deploy("fix", "def handler(event, context): raise ValueError('not yet')\n");
        berth.run("invoke", "fix", "--async", "--key", "k", "--payload", "{\"n\": 1}");
        await().atMost(PATIENCE).until(() -> letters("fix").size() == 1);
        JsonNode letter = letters("fix").path(0);
        assertThat(letter.path("reason").asText()).isEqualTo("ValueError");
        String id = letter.path("id").asText();
        assertThat(ok("dlq", "show", id, "--json")
                        .path("invocation")
                        .path("payload")
                        .path("n")
                        .asInt())
                .isEqualTo(1);

        deploy("fix", ECHO);
        assertThat(ok("dlq", "redrive", "--function", "fix", "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .isEqualTo(1);
        JsonNode redrive = ok("dlq", "redrive", "--function", "fix", "--json");

        assertThat(redrive.path("state").asText()).isEqualTo("done");
        assertThat(redrive.path("counts").path("succeeded").asInt()).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> letters("fix").path(0).has("redriven"));
        JsonNode mark = letters("fix").path(0).path("redriven");
        assertThat(mark.path("times").asInt()).isEqualTo(1);
        JsonNode ran = ok("jobs", "show", mark.path("invocationId").asText(), "--json");
        assertThat(ran.path("result").path("custom").path("berth_replay_of").asText())
                .isEqualTo(letter.path("invocationId").asText());
        assertThat(ok("dlq", "redrive", "--function", "fix", "--dry-run", "--json")
                        .path("leftOut")
                        .path("redriven")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok("dlq", "redrive", id, "--dry-run", "--json")
                        .path("wouldRun")
                        .asInt())
                .as("Named by its id it is meant")
                .isEqualTo(1);
        assertThat(berth.run("dlq", "show", "0-999999").exitCode()).isEqualTo(1);
        assertThat(berth.run("dlq", "redrive").exitCode()).isEqualTo(2);
    }

    @Test
    @Tag("E11")
    void aLetterOfAnEventTopicRunsInWhatItIsRedrivenIntoOrGoesBackToItsTriggersFunction() throws Exception {
        String broken = "def handler(event, context): raise ValueError('not yet')\n";
        deploy("bills", broken);
        deploy("watch", ECHO);
        topic("bills", 1);
        trigger("bills", "bills");
        trigger("bills", "watch");
        await().atMost(PATIENCE).until(() -> letters("bills").size() == 1);
        await().atMost(PATIENCE).until(() -> jobs("watch").size() == 1);
        deploy("mended", ECHO);
        ok("versions", "mended", "publish", "--json");
        deploy("mended", broken);

        JsonNode into = ok("dlq", "redrive", "--function", "bills", "--into", "mended:1", "--json");

        assertThat(into.path("counts").path("succeeded").asInt()).as("%s", into).isEqualTo(1);
        assertThat(into.path("counts").path("putBack").asInt()).isZero();
        JsonNode ran = ok("jobs", "show", jobs("mended").path(0).path("id").asText(), "--json");
        assertThat(ran.path("origin").asText()).isEqualTo("redrive");
        assertThat(ran.path("key").asText()).isEqualTo("k0");
        JsonNode result = ran.path("result");
        assertThat(result.path("event")
                        .path("records")
                        .path("bills-0")
                        .path(0)
                        .path("offset")
                        .asInt(-1))
                .isZero();
        assertThat(result.path("custom").path("berth_replay_of").asText()).isEqualTo("bills/0/0");

        deploy("bills", ECHO);
        JsonNode back = ok("dlq", "redrive", "--function", "bills", "--again", "--json");
        assertThat(back.path("counts").path("putBack").asInt()).as("%s", back).isEqualTo(1);
        await().atMost(PATIENCE)
                .until(() -> jobs("bills").findValuesAsText("status"), states -> states.contains("succeeded"));
        assertThat(jobs("bills").path(0).path("origin").asText()).isEqualTo("trigger");
        assertThat(letters("bills").path(0).path("redriven").path("times").asInt())
                .isEqualTo(2);
        send("bills", 1);
        await().atMost(PATIENCE).until(() -> jobs("watch").size() == 2);
        assertThat(jobs("watch"))
                .as("What was put back is not for another trigger")
                .hasSize(2);
    }

    @Test
    @Tag("E10")
    void recordsOfATopicComeAsTheirTriggerWouldGiveThemAndAreMarked() throws Exception {
        deploy("echo", ECHO);
        topic("events", 5);

        JsonNode replay = ok(
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
        JsonNode job = ok("jobs", "list", "--function", "echo", "--key", "k1", "--json")
                .path("jobs")
                .path(0);
        JsonNode result = ok("jobs", "show", job.path("id").asText(), "--json").path("result");
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
    @Tag("E10")
    void onlyWhatFailedRunsAgainAndNodeAndTheRuntimesHeadersSayThatItIsAReplay() throws Exception {
        Path code = Files.writeString(files.resolve("picky.mjs"), """
                export const handler = async (event, context) => {
                  if (event.n === 1) throw new Error("not this one");
                  return context.clientContext?.custom ?? null;
                };
                """);
        ok(
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
            ok("invoke", "picky", "--async", "--payload", "{\"n\": " + n + "}", "--json");
        }
        await().atMost(PATIENCE)
                .until(() -> jobs("picky", "succeeded").size() == 2
                        && jobs("picky", "dead-lettered").size() == 1);
        String bad = jobs("picky", "dead-lettered").get(0).path("id").asText();

        JsonNode failed = ok(
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
        JsonNode headers = result(jobs("headers", "succeeded").get(0));
        assertThat(headers.path("Berth-Runtime-Replay-Of").asText()).isEqualTo(bad);
        assertThat(headers.path("Berth-Runtime-Suppress-Side-Effects").asText()).isEqualTo("true");

        JsonNode passed = ok("replay", "--from", "-1h", "--function", "picky", "--outcome", "succeeded", "--json");
        assertThat(passed.path("counts").path("succeeded").asInt())
                .as("%s", passed)
                .isEqualTo(2);
        for (JsonNode job : jobs("picky", "succeeded")) {
            JsonNode custom = result(job);
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
        ok("deploy", folder.toString(), "--name", "headers", "--runtime", "provided", "--json");
    }

    private static List<JsonNode> jobs(String function, String status) {
        return StreamSupport.stream(jobs(function).spliterator(), false)
                .filter(job -> job.path("status").asText().equals(status))
                .toList();
    }

    private static JsonNode result(JsonNode job) {
        return ok("jobs", "show", job.path("id").asText(), "--json").path("result");
    }

    @Test
    @Tag("E10")
    void whatCannotBeReplayedIsRefusedWithWhatToDo() throws Exception {
        deploy("there", ECHO);
        topic("short", 4);
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.deleteRecords(Map.of(new TopicPartition("short", 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
        refused("There is no topic nowhere", "replay", "--topic", "nowhere", "--from", "-1h", "--into", "there");
        refused("does not keep offset 0", "replay", "--topic", "short", "--from", "offset:0", "--into", "there");
        refused("one of Berth's own", "replay", "--topic", "berth.outcomes", "--from", "-1h", "--into", "there");
        refused("Function not found", "replay", "--from", "-1h", "--into", "nobody");
        refused("Function not found", "replay", "--from", "-1h", "--into", "there:7");
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
        await().atMost(PATIENCE).until(() -> published(id) == 1);
        ok("replay", "stop", id, "--json");
        await().atMost(PATIENCE).until(() -> state(id).equals("stopped"));
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            admin.deleteTopics(List.of("short")).all().get();
        }
        topic("short", 4);
        ok("replay", "resume", id, "--json");
        await().atMost(PATIENCE).until(() -> state(id).equals("failed"));
        assertThat(ok("replay", "show", id, "--json").path("error").asText()).contains("made anew");
    }

    private static void refused(String message, String... args) {
        Ran ran = berth.run(args);
        assertThat(ran.exitCode()).as(ran.out()).isEqualTo(1);
        assertThat(ran.err()).contains(message);
    }

    private static void trigger(String topic, String function) {
        ok(
                "trigger",
                "create",
                "--topic",
                topic,
                "--function",
                function,
                "--from",
                "earliest",
                "--retries",
                "0",
                "--json");
    }

    private static JsonNode jobs(String function) {
        return ok("jobs", "list", "--function", function, "--json").path("jobs");
    }

    private static void topic(String name, int records) throws Exception {
        try (Admin admin = Admin.create(berth.berth().kafka().client("test"))) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty())))
                                    .all()
                                    .get());
        }
        send(name, records);
    }

    private static void send(String name, int records) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                berth.berth().kafka().producer("test"), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(name, "k" + i, "{\"n\":" + i + "}"))
                        .get();
            }
        }
    }

    private static void deploy(String name, String code) throws Exception {
        Path file = Files.writeString(files.resolve(name + ".py"), code);
        Ran ran = berth.run(
                "deploy",
                file.toString(),
                "--name",
                name,
                "--runtime",
                "python3",
                "--handler",
                name + ".handler",
                "--retries",
                "0");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
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
        ok("versions", "flights", "publish", "--json");
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

    private static JsonNode letters(String function) {
        return ok("dlq", "list", "--function", function, "--json").path("deadLetters");
    }

    private static long published(String id) {
        return ok("replay", "show", id, "--json")
                .path("counts")
                .path("published")
                .asLong();
    }

    private static String state(String id) {
        return ok("replay", "show", id, "--json").path("state").asText();
    }

    private static JsonNode ok(String... args) {
        Ran ran = berth.run(args);
        assertThat(ran.exitCode()).as(String.join(" ", args) + ": " + ran.err()).isZero();
        return ran.json();
    }
}
