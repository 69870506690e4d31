package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines of the README that drive Berth with AWS's command line, as they stand there. */
@Tag("integration")
@Tag("A1")
@Timeout(300)
class AwsCliTest {
    private static final String SKIPPED =
            "SKIPPED: there is no `aws` (Debian: apt-get install awscli), so the README's lines for it were not run";

    @TempDir
    private static Path data;

    private static RunningBerth berth;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "aws")));
        if (!installed) {
            System.err.println("*** " + SKIPPED + " ***");
        }
        assumeTrue(installed, SKIPPED);
        berth = new RunningBerth(data);
    }

    @AfterAll
    static void stop() {
        if (berth != null) {
            berth.close();
        }
    }

    @Test
    void theReadmesLinesDriveTheWholeLifeOfAFunction() throws Exception {
        String lines = lines().replace("http://127.0.0.1:8080", berth.berth().gatewayUrl());
        assertThat(lines).contains(berth.berth().gatewayUrl());

        String last = "lambda delete-function --function-name greet";
        assertThat(lines).contains(last);
        String said = run(lines.substring(0, lines.indexOf(last)));
        assertThat(said).contains("\"StatusCode\": 200", "{\"hello\":\"Ada\"}", "{\"welcome\":\"Ada\"}");
        assertThat(said).contains("\"ExecutedVersion\": \"2\"", "\"StatusCode\": 202", ":function:greet:2");
        GatewayClient gateway = new GatewayClient(berth.berth().gatewayUrl());
        JsonNode there = gateway.get("/2015-03-31/functions/greet");
        assertThat(there.path("Concurrency")
                        .path("ReservedConcurrentExecutions")
                        .asInt())
                .isEqualTo(5);

        run(lines.lines().limit(2).reduce("", (a, b) -> a + b + "\n") + last);

        assertThat(gateway.get("/2015-03-31/functions").path("Functions")).isEmpty();
    }

    private static String lines() throws IOException {
        String readme = Files.readString(RunningBerth.HOME.resolve("README.md"));
        String marked = between(readme, "<!-- aws-cli: begin -->", "<!-- aws-cli: end -->");
        return between(marked, "```\n", "```");
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin);
        assertThat(from).as(begin).isNotNegative();
        int to = text.indexOf(end, from + begin.length());
        assertThat(to).as(end).isNotNegative();
        return text.substring(from + begin.length(), to);
    }

    /** All that a script of bash printed; it ends at the first line that fails. */
    private String run(String script) throws Exception {
        Path file = Files.writeString(folder.resolve("lines.sh"), "set -euo pipefail\n" + script + "\n");
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", file.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        // Whatever the machine has of AWS's is no part of the test.
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().put("AWS_CONFIG_FILE", folder.resolve("none").toString());
        builder.environment()
                .put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        Process bash = builder.start();
        try {
            assertThat(bash.waitFor(240, TimeUnit.SECONDS)).as("it ended").isTrue();
        } finally {
            bash.descendants().forEach(ProcessHandle::destroyForcibly);
            bash.destroyForcibly();
        }
        String said = Files.readString(out);
        assertThat(bash.exitValue()).as(said).isZero();
        return said;
    }
}
