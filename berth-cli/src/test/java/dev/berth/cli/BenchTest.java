package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("integration")
@Timeout(180)
class BenchTest {
    /** That it measures; what it measures is no matter of a test, on a machine that does other things beside. */
    @Test
    void aTinyRunEndsWithOneLineThatHoldsTheRatios() {
        Ran bench = Ran.berth(
                "bench", "--quick", "--json", "--no-docker", "--clients", "4,1", "--rounds", "1", "--round-ms", "200");

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        JsonNode figures = bench.json();
        for (String ratio :
                List.of("latencyRatioP50", "latencyRatioP99", "throughputRatio", "httpRatioP50", "prewarmedOverCold")) {
            assertThat(figures.path(ratio).asDouble()).as(ratio).isPositive().isFinite();
        }
        assertThat(figures.path("calls")).as("four ways, two loads").hasSize(8).allSatisfy(row -> {
            assertThat(row.path("p50Us").asDouble()).isPositive();
            assertThat(row.path("cpuUsPerCall").asDouble()).isPositive();
            assertThat(row.path("diskBytesPerCall").asDouble()).isPositive();
        });
        assertThat(figures.path("starts").findValuesAsText("kind")).containsExactly("prewarmed", "warm", "cold");
    }
}
