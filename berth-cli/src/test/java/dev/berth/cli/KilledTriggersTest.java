package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.TopicCatalogue;
import dev.berth.schemas.Trigger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every part in a process of its own; an executor and the triggers are killed again and again while events run. {@code -Dberth.events=50000}
 * says how many there are; 3000 else.
 */
@Tag("chaos")
@Tag("E1")
@Tag("E4")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KilledTriggersTest {
    private static final int EVENTS = Integer.getInteger("berth.events", 3_000);
    private static final int KEYS = 100;
    private static final int KILLS = Math.max(2, EVENTS / 10_000);
    private static final Duration PATIENCE = Duration.ofMinutes(25);
    /** Writes a line for each execution, in one write, so that those of two containers do not mix. */
    private static final String CODE = """
            import base64, json, os
            out = os.open(os.environ["LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            def handler(event, context):
                for rows in event["records"].values():
                    for row in rows:
                        value = base64.b64decode(row["value"]).decode()
                        os.write(out, ("%s %s\\n" % (base64.b64decode(row["key"]).decode(), value)).encode())
            """;

    @TempDir
    private Path folder;

    @Test
    void eachEventRunsAndEndsOnceInTheOrderOfItsKeyAlthoughAllIsKilled() throws Exception {
        try (Processes berth = new Processes(folder)) {
            berth.launch("broker", "broker").awaitReady();
            // A few at a time: each is a JVM that starts.
            launch(berth, List.of("router r1", "gateway g1"));
            launch(berth, List.of("executor e1", "executor e2"));
            launch(berth, List.of("triggers t1", "triggers t2"));
            try (EventStage stage =
                    new EventStage(berth::run, berth.kafka(), berth.registry(), berth.topics(), folder)) {
                happen(berth, stage);
            }
        }
    }

    private static void launch(Processes berth, List<String> parts) {
        parts.stream()
                .map(part -> part.split(" ", 2))
                .map(part -> berth.launch(part[0], part[1]))
                .toList()
                .forEach(Processes.Part::awaitReady);
    }

    private void happen(Processes berth, EventStage stage) throws IOException {
        deploy(berth, "in-order", "--ordered");
        deploy(berth, "any-order");
        stage.topic("events", 4);
        Trigger ordered = stage.trigger("events", "in-order", t -> {});
        Trigger unordered = stage.trigger("events", "any-order", t -> {});
        for (int i = 0; i < EVENTS; i++) {
            stage.send(new ProducerRecord<>(
                    "events", EventStage.bytes("k" + i % KEYS), EventStage.bytes(Integer.toString(i))));
        }
        stage.flush();
        for (int kill = 1; kill <= KILLS; kill++) {
            int so = EVENTS * kill / (KILLS + 2);
            await().atMost(PATIENCE).until(() -> executions("in-order").size() >= so);
            kill(berth, kill % 2 == 0 ? "e1" : "e2");
            kill(berth, kill % 2 == 0 ? "t2" : "t1");
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            assertThat(stage.committed(ordered)).containsAllEntriesOf(stage.ends("events"));
            assertThat(stage.committed(unordered)).containsAllEntriesOf(stage.ends("events"));
        });

        assertRan("in-order");
        assertRan("any-order");
        for (Map.Entry<String, List<Integer>> key : firstRuns("in-order").entrySet()) {
            assertThat(key.getValue()).as("order of " + key.getKey()).isSorted();
        }
        assertEndedOnce(stage, ordered);
        assertEndedOnce(stage, unordered);
    }

    private static void kill(Processes berth, String name) {
        berth.part(name).kill();
        berth.part(name).restart();
    }

    private void deploy(Processes berth, String name, String... options) throws IOException {
        Path code = Files.createDirectories(folder.resolve(name + "-code"));
        Files.writeString(code.resolve("app.py"), CODE);
        List<String> args = new ArrayList<>(List.of("deploy", code.toString(), "--name", name));
        args.addAll(List.of("--runtime", "python3", "--handler", "app.handler", "--timeout", "30"));
        args.addAll(List.of("--env", "LOG=" + folder.resolve(name + ".log"), "--retries", "5"));
        args.addAll(List.of(options));
        Ran ran = berth.run(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private List<String> executions(String function) throws IOException {
        Path log = folder.resolve(function + ".log");
        return Files.exists(log) ? Files.readAllLines(log, StandardCharsets.UTF_8) : List.of();
    }

    private void assertRan(String function) throws IOException {
        Map<Integer, Integer> times = new TreeMap<>();
        for (String line : executions(function)) {
            times.merge(Integer.parseInt(line.substring(line.indexOf(' ') + 1)), 1, Integer::sum);
        }
        assertThat(times).as("events that " + function + " ran").hasSize(EVENTS);
        long again = times.values().stream().filter(count -> count > 1).count();
        System.out.println(function + ": " + EVENTS + " events, of which " + again + " ran more than once");
    }

    /** When each event of a key ran first: one that ran again after a kill did so before its outcome. */
    private Map<String, List<Integer>> firstRuns(String function) throws IOException {
        Map<String, List<Integer>> runs = new HashMap<>();
        for (String line : executions(function)) {
            String[] parts = line.split(" ", 2);
            List<Integer> ofKey = runs.computeIfAbsent(parts[0], key -> new ArrayList<>());
            int event = Integer.parseInt(parts[1]);
            if (!ofKey.contains(event)) {
                ofKey.add(event);
            }
        }
        return runs;
    }

    private static void assertEndedOnce(EventStage stage, Trigger trigger) {
        Map<String, Integer> successes = new HashMap<>();
        Map<String, Integer> endings = new HashMap<>();
        String prefix = "t-" + trigger.getUuid() + '.';
        for (Outcome outcome : stage.read(
                TopicCatalogue.defaults().outcomes(),
                each -> each.getInvocationId().startsWith(prefix),
                EVENTS)) {
            endings.merge(outcome.getInvocationId(), 1, Integer::sum);
            if (outcome.getStatus() == OutcomeStatus.SUCCEEDED) {
                String record = outcome.getInvocationId()
                        .substring(0, outcome.getInvocationId().lastIndexOf('.'));
                successes.merge(record, 1, Integer::sum);
            }
        }
        assertThat(endings.values()).as("outcomes of an invocation").containsOnly(1);
        assertThat(successes).as("events that ended well").hasSize(EVENTS);
        assertThat(successes.values()).as("once").containsOnly(1);
    }
}
