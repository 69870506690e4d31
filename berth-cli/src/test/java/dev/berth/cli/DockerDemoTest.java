package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.local.Images;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("docker")
class DockerDemoTest {
    @BeforeEach
    void anEngineAnswers() {
        assumeTrue(
                Images.engineAnswers(),
                "SKIPPED: no Docker engine answers, so the demo was not run in Docker containers");
    }

    @Test
    @Tag("R1")
    @Tag("R7")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void realFlightsKeepTheirStateInDockerContainers() {
        Ran ran = Ran.berth("demo", "--events", "500", "--instances", "2", "--containers", "docker", "--json");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("docker containers");
        JsonNode figures = ran.json();
        assertThat(figures.path("succeeded").asInt()).isEqualTo(500);
        assertThat(figures.path("keysOnMoreThanOneContainer").asInt()).isZero();
        assertThat(figures.path("referenceReads").asInt())
                .isEqualTo(figures.path("keys").asInt());
    }
}
