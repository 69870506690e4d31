package dev.berth.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("O2")
class TelemetryTest {
    @Test
    void functionsBeyondTheLimitAreCountedTogether() {
        try (Telemetry telemetry = Telemetry.prometheus(2)) {
            ByFunction<String> names = telemetry.byFunction((tenant, function) -> tenant + "/" + function);
            assertThat(List.of(names.of("t", "a"), names.of("u", "a"), names.of("t", "b"), names.of("t", "a")))
                    .containsExactly("t/a", "u/a", "other/other", "t/a");
        }
    }

    @Test
    void triggersBeyondTheLimitAreAddedUp() {
        try (Telemetry telemetry = Telemetry.prometheus(1)) {
            telemetry.rows(
                    Metric.TRIGGER_LAG,
                    () -> Map.of(List.of("t", "a"), 3.0, List.of("t", "b"), 3.0, List.of("t", "c"), 3.0));
            assertThat(telemetry.scrape().orElseThrow().lines().filter(line -> line.startsWith("berth_trigger_lag{")))
                    .hasSize(2)
                    .anyMatch(line -> line.endsWith("trigger=\"other\"} 6.0"));
        }
    }

    @Test
    void aTimerIsAHistogramInSecondsWithTheBucketsOfThePage() {
        try (Telemetry telemetry = Telemetry.prometheus(1)) {
            telemetry.timer(Metric.PUBLISH_TO_START, "t", "f").record(7, TimeUnit.MILLISECONDS);
            assertThat(telemetry.scrape().orElseThrow())
                    .contains("# TYPE berth_publish_to_start_seconds histogram")
                    .contains("berth_publish_to_start_seconds_bucket{function=\"f\",tenant=\"t\",le=\"0.005\"} 0")
                    .contains("berth_publish_to_start_seconds_bucket{function=\"f\",tenant=\"t\",le=\"0.01\"} 1")
                    .contains("berth_publish_to_start_seconds_count{function=\"f\",tenant=\"t\"} 1");
        }
    }
}
