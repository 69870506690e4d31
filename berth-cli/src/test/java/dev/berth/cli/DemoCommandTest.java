package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("integration")
class DemoCommandTest {
    @Test
    @Tag("R1")
    @Tag("R3")
    @Tag("R7")
    @Tag("R16")
    @Timeout(180)
    void twoThousandRealFlightsKeepTheirStateInTheContainerOfTheirAirport() throws IOException {
        List<Path> before = leftBehind();

        Ran ran = Ran.berth("demo", "--events", "2000", "--containers", "process", "--json");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonNode figures = ran.json();
        assertThat(figures.path("events").asInt()).isEqualTo(2000);
        assertThat(figures.path("succeeded").asInt()).isEqualTo(2000);
        assertThat(figures.path("failed").asInt()).isZero();
        assertThat(figures.path("lost").asInt()).isZero();
        assertThat(figures.path("duplicates").asInt()).isZero();
        assertThat(figures.path("keys").asInt()).isEqualTo(150);
        assertThat(figures.path("instances").asInt()).isEqualTo(3);
        assertThat(figures.path("keysOnMoreThanOneContainer").asInt()).isZero();
        assertThat(figures.path("referenceReads").asInt()).isEqualTo(150);
        assertThat(figures.path("containersStarted").asInt()).isBetween(3, 150);
        assertThat(figures.path("warmPercent").asDouble()).isGreaterThan(90);
        assertThat(figures.path("publishToStartMs").path("p50").asDouble()).isPositive();
        assertThat(figures.path("endToEndMs").path("p99").asDouble())
                .isGreaterThanOrEqualTo(figures.path("endToEndMs").path("p50").asDouble());
        assertThat(ran.out().lines()).hasSize(1);
        assertThat(leftBehind()).isEqualTo(before);
    }

    private static List<Path> leftBehind() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("berth-demo"))
                    .sorted()
                    .toList();
        }
    }
}
