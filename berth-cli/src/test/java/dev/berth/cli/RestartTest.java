package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(120)
class RestartTest {
    @TempDir
    private Path data;

    /** The containers of a process go with it; what must be there again is the function, the answers and the pin. */
    @Test
    @Tag("R17")
    void afterARestartOnTheSameDataTheFunctionRunsAgainAndOldJobsAreKnown() {
        String container;
        String job;
        try (RunningBerth first = new RunningBerth(data)) {
            Ran deployed = first.run(
                    "deploy",
                    RunningBerth.HOME.resolve("examples/hello-python").toString(),
                    "--name",
                    "hello",
                    "--runtime",
                    "python3",
                    "--handler",
                    "hello.handler");
            assertThat(deployed.exitCode()).as(deployed.err()).isZero();
            invoke(first);
            JsonNode before = invoke(first);
            assertThat(before.path("payload").path("calls").asInt()).isEqualTo(2);
            container = before.path("route").path("container").asText();
            job = before.path("id").asText();
        }

        try (RunningBerth second = new RunningBerth(data)) {
            JsonNode after = invoke(second);
            assertThat(after.path("payload").path("calls").asInt()).isEqualTo(1);
            assertThat(after.path("route").path("container").asText()).isNotEqualTo(container);
            assertThat(after.path("route").path("reuse").asText()).isEqualTo("replaced");
            JsonNode again = invoke(second).path("route");
            assertThat(again.path("reuse").asText()).isEqualTo("warm");
            assertThat(again.path("container").asText())
                    .isEqualTo(after.path("route").path("container").asText());
            assertThat(second.run("jobs", job, "--json")
                            .json()
                            .path("containerId")
                            .asText())
                    .isEqualTo(container);
        }
    }

    private static JsonNode invoke(RunningBerth berth) {
        Ran ran = berth.run("invoke", "hello", "--key", "k", "--json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.json();
    }
}
