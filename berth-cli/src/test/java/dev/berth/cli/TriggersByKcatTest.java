package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.Outcome;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The front doors of events, as people use them: kcat, curl's request, and the command line. */
@Tag("integration")
@Tag("E1")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TriggersByKcatTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path files;

    private static RunningBerth berth;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        berth = new RunningBerth(data);
        Path code = Files.writeString(files.resolve("app.py"), """
                def handler(event, context):
                    return {"type": event["type"], "n": event["n"]}
                """);
        Ran deployed = berth.run(
                "deploy", code.toString(), "--name", "app", "--runtime", "python3", "--handler", "app.handler");
        assertThat(deployed.exitCode()).as(deployed.err()).isZero();
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    @Tag("E2")
    @Tag("E5")
    @Tag("E6")
    @Tag("O4")
    void linesThatMatchRunTheFunctionAndABadOneIsADeadLetter() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "kcat"))),
                "SKIPPED: no kcat here, so its records were not tried (apt-get install kcat)");
        kcat("{\"type\": \"order\", \"n\": 0}\n");
        String trigger = created(
                "--topic",
                "orders",
                "--from",
                "earliest",
                "--format",
                "json",
                "--event",
                "value",
                "--filter",
                "{\"value\": {\"type\": [\"order\"]}}");

        StringBuilder lines = new StringBuilder();
        for (int n = 1; n <= 20; n++) {
            lines.append("{\"type\": \"")
                    .append(n % 2 == 0 ? "order" : "visit")
                    .append("\", \"n\": ")
                    .append(n)
                    .append("}\n");
        }
        kcat(lines + "{\"type\": \"order\", \n{\"type\": \"order\", \"n\": 22}\n");

        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode status = status(trigger);
            assertThat(status.path("read").asInt()).as("%s", status).isEqualTo(23);
            assertThat(status.path("lag").asInt()).as("%s", status).isZero();
            assertThat(status.path("filtered").asInt()).isEqualTo(10);
            assertThat(status.path("failed").asInt()).isEqualTo(1);
            assertThat(status.path("invoked").asInt()).isEqualTo(12);
        });
        for (int n : List.of(0, 2, 20, 22)) {
            assertThat(berth.await(berth.berth().topics().outcomes(), outcome -> returned(outcome, n)))
                    .as("the outcome of line %d", n)
                    .isPresent();
        }
        DeadLetter letter = berth.await(
                        berth.berth().topics().deadLetters(), one -> "orders".equals(one.getSourceTopic()))
                .orElseThrow();
        assertThat(letter.getSourcePartition()).isZero();
        assertThat(letter.getSourceOffset()).isEqualTo(21);
        assertThat(StandardCharsets.UTF_8.decode(letter.getValue()).toString()).isEqualTo("{\"type\": \"order\", ");

        assertThat(berth.run("trigger", "list").out())
                .contains(trigger)
                .contains("orders")
                .contains("running");
        assertThat(berth.run("trigger", "show", trigger).out())
                .contains("lag 0")
                .contains("bottleneck");
        assertThat(berth.run("trigger", "delete", trigger).exitCode()).isZero();
        assertThat(berth.run("trigger", "show", trigger).errors())
                .singleElement()
                .asString()
                .contains("no trigger");
    }

    @Test
    @Tag("E9")
    void aWebhookReachesTheFunctionWhenItsTriggerIsResumed() {
        post("{\"type\": \"hook\", \"n\": 100}", "create=2&key=json:/n");
        String trigger = created(
                "--topic", "hooks", "--from", "earliest", "--event", "value", "--routing", "record-key", "--paused");
        await().atMost(PATIENCE)
                .until(() -> status(trigger).path("state").asText().equals("paused"));
        assertThat(berth.run("trigger", "resume", trigger).out()).contains("resumed");

        Outcome outcome = berth.await(berth.berth().topics().outcomes(), one -> returned(one, 100))
                .orElseThrow();
        assertThat(outcome.getResult().getRoutingValue()).isEqualTo("100");
        assertThat(outcome.getOrigin()).isEqualTo("trigger");
    }

    @Test
    @Tag("E2")
    void aFilterThatDoesNotParseIsOneClearLine() {
        Ran wrong = berth.run("trigger", "create", "--function", "app", "--topic", "t", "--filter", "{\"value\": 1}");

        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.errors()).singleElement().asString().contains("is no EventBridge pattern");
    }

    private static String created(String... options) {
        List<String> args = new ArrayList<>(List.of("trigger", "create", "--function", "app"));
        args.addAll(List.of(options));
        Ran ran = berth.run(args.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out().strip();
    }

    private static JsonNode status(String trigger) {
        return berth.run("trigger", "show", trigger, "--json").json().path("status");
    }

    private static boolean returned(Outcome outcome, int n) {
        return outcome.getResult().getPayload() != null
                && StandardCharsets.UTF_8
                        .decode(outcome.getResult().getPayload().duplicate())
                        .toString()
                        .replace(" ", "")
                        .contains("\"n\":" + n + "}");
    }

    private static void post(String body, String query) {
        GatewayClient.Answer answer = new GatewayClient(berth.berth().gatewayUrl())
                .send(
                        "POST",
                        "/events/hooks?" + query,
                        body.getBytes(StandardCharsets.UTF_8),
                        Map.of("Content-Type", "application/json"));
        assertThat(answer.status()).as(answer.error()).isEqualTo(202);
    }

    /** Each line is a record, as in the README. */
    private static void kcat(String lines) throws Exception {
        Process kcat = new ProcessBuilder("kcat", "-P", "-b", berth.berth().bootstrapServers(), "-t", "orders")
                .redirectErrorStream(true)
                .start();
        try (var in = kcat.getOutputStream()) {
            in.write(lines.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(kcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kcat.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(kcat.exitValue()).as(said).isZero();
    }
}
