package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What functions print, read back by {@code berth logs}. */
@Tag("integration")
@Tag("C4")
@Tag("O4")
@Timeout(120)
class LogsTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @TempDir
    private static Path data;

    private static RunningBerth berth;

    @BeforeAll
    static void start() {
        berth = new RunningBerth(data);
    }

    @AfterAll
    static void stop() {
        berth.close();
    }

    @Test
    void anInvocationsLogIsItsLinesAndHowItEnded() {
        deploy("teller");
        JsonNode first = invoke("teller", "{\"text\":\"bom dia\"}");
        invoke("teller", "{\"text\":\"not asked for\"}");
        String id = first.path("id").asText();
        String container = first.path("route").path("container").asText();

        Ran ran = berth.run("logs", "teller", "--invocation", id);

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        List<String> lines = ran.out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches(TIME + "  " + container + "  " + id.substring(0, 8) + "  bom dia");
        assertThat(lines.get(1))
                .contains("REPORT RequestId: " + id, "Init Duration: ", "Status: succeeded")
                .containsPattern("Duration: \\d+\\.\\d\\d ms");

        awaitLines("teller", "--container", container, "not asked for");
        assertThat(texts(berth.run("logs", "teller", "--json")))
                .containsExactly("here I am", "bom dia", "not asked for");
        assertThat(berth.run("logs", "teller", "--limit", "1").out())
                .containsOnlyOnce("\n")
                .contains("not asked for");
        assertThat(berth.run("logs", "teller", "--since", "1h", "--instance", "nobody")
                        .out())
                .isEmpty();
        assertThat(berth.run("explain", id).out()).contains("./berth logs teller --invocation " + id);
    }

    @Test
    void linesAreFollowedBeforeTheirInvocationEnds(@TempDir Path files) throws Exception {
        deploy("runner");
        Path gate = files.resolve("gate");
        StringWriter followed = new StringWriter();
        CompletableFuture<Integer> following = CompletableFuture.supplyAsync(() -> Main.commandLine()
                .setOut(new PrintWriter(followed, true))
                .execute("logs", "runner", "--follow", "--url", berth.berth().gatewayUrl()));
        String id = berth.run("invoke", "runner", "--async", "--json", "--payload", "{\"gate\":\"" + gate + "\"}")
                .json()
                .path("id")
                .asText();
        CompletableFuture<Ran> untilItEnds =
                CompletableFuture.supplyAsync(() -> berth.run("logs", "runner", "--invocation", id, "--follow"));

        await().atMost(Duration.ofSeconds(30)).until(() -> followed.toString().contains("waiting"));
        assertThat(berth.run("jobs", "show", id, "--json").json().path("status").asText())
                .isIn("queued", "dispatched", "running");
        assertThat(followed.toString()).doesNotContain("done");
        assertThat(untilItEnds).isNotDone();
        Files.createFile(gate);

        await().atMost(Duration.ofSeconds(30)).until(() -> followed.toString().contains("done"));
        assertThat(untilItEnds)
                .succeedsWithin(Duration.ofSeconds(30))
                .satisfies(ran -> assertThat(ran.out()).contains("waiting", "done", "Status: succeeded"));
        assertThat(following).isNotDone();
    }

    @Test
    void nothingThatIsPrintedReachesTheTerminalAsACommand() {
        deploy("painter");
        invoke("painter", "{\"text\":\"\\u001b[2Jgone\\u009b31m\\u0007\"}");
        awaitLines("painter", "--since", "1h", "\u241b[2Jgone\ufffd31m\u2407");
        Ran json = berth.run("logs", "painter", "--json");
        assertThat(texts(json)).contains("\u001b[2Jgone\u009b31m\u0007");
        assertThat(json.out().codePoints().filter(Character::isISOControl).filter(c -> c != '\n'))
                .isEmpty();
    }

    @Test
    void anErrorOfTheFunctionIsInItsLog() {
        deploy("failing");
        Ran failed = berth.run("invoke", "failing", "--json", "--payload", "{\"fail\":true}");
        String id = failed.json().path("id").asText();
        assertThat(berth.run("logs", "failing", "--invocation", id).out())
                .contains("[ERROR] ValueError: as asked", "Status: failed", "Error Type: ValueError");
    }

    @Test
    void whyItsContainerDidNotStartIsInTheLogOfTheInvocationThatWaited(@TempDir Path code) throws Exception {
        Files.writeString(code.resolve("broken.py"), "print('so far so good')\nimport no_such_module\n");
        Ran deployed = berth.run(
                "deploy", code.toString(), "--name", "broken", "--runtime", "python3", "--handler", "broken.handler");
        assertThat(deployed.exitCode()).as(deployed.err()).isZero();
        String id = berth.run("invoke", "broken", "--json").json().path("id").asText();
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        berth.run("logs", "broken", "--invocation", id).out().contains("so far so good"));
    }

    @Test
    void theTailComesWithTheResultAsInLambda() throws Exception {
        deploy("tailed");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        berth.berth().gatewayUrl() + "/2015-03-31/functions/tailed/invocations"))
                                .header("X-Amz-Log-Type", "Tail")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"text\":\"" + "é".repeat(5_000) + " end\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        byte[] tail = Base64.getDecoder()
                .decode(response.headers().firstValue("X-Amz-Log-Result").orElseThrow());
        assertThat(tail).hasSizeLessThanOrEqualTo(4_096).hasSizeGreaterThan(4_000);
        assertThat(new String(tail, StandardCharsets.UTF_8)).endsWith("éé end\n");
    }

    @Test
    void whatIsNotThereOrAnothersIsRefusedInOneLine() {
        deploy("mine");
        JsonNode answer = invoke("mine", "{\"text\":\"secret\"}");
        String id = answer.path("id").asText();
        assertThat(berth.run("logs", "mine", "--invocation", id).out()).contains("secret");
        assertThat(refusal("logs", "nobody")).contains("Function not found", "nobody");
        assertThat(refusal("logs", "mine", "--tenant", "acme")).contains("Function not found");
        assertThat(refusal("logs", "mine", "--invocation", "none"))
                .contains("No invocation none of function mine", "Logs go back to");
        Ran none = berth.run("logs", "mine", "--since", "2199-01-01T00:00:00Z");
        assertThat(none.exitCode()).isZero();
        assertThat(none.err()).contains("--since");
    }

    private static String refusal(String... args) {
        Ran ran = berth.run(args);
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        return String.join("\n", ran.errors());
    }

    private static void awaitLines(String name, String option, String value, String text) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> berth.run("logs", name, option, value).out().contains(text));
    }

    private static List<String> texts(Ran ran) {
        List<String> texts = new ArrayList<>();
        ran.out()
                .lines()
                .forEach(line ->
                        texts.add(new Ran(0, line, "").json().path("text").asText()));
        return texts;
    }

    private static void deploy(String name) {
        Ran ran = berth.run(
                "deploy",
                RunningBerth.FIXTURES.resolve("printer").toString(),
                "--name",
                name,
                "--runtime",
                "python3",
                "--handler",
                "printer.handler",
                "--timeout",
                "60");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
    }

    private static JsonNode invoke(String name, String payload) {
        Ran ran = berth.run("invoke", name, "--json", "--payload", payload);
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }
}
