package dev.berth.gateway.starts.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.StartPath;
import dev.berth.schemas.Timings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("T3")
class StartReportTest {
    private static final long T = 1_000_000_000L;

    private final StartReport report = new StartReport(100);

    @Test
    void startsAreCountedByThePathThatTheirContainersCame() {
        add(StartPath.WARM, Reuse.WARM, timings(2, 1, 0, 0, 0));
        add(StartPath.WARM, Reuse.REPLACED, timings(2, 1, 0, 0, 0));
        add(StartPath.PREWARMED, Reuse.SPILLED, timings(2, 1, 4, 8, 0));
        add(StartPath.COLD, Reuse.COLD, timings(2, 1, 300, 100, 0));

        assertThat(path("warm").path("starts").asInt()).isEqualTo(2);
        assertThat(path("prewarmed").path("starts").asInt()).isEqualTo(1);
        assertThat(path("prewarmed").path("p50Ms").asDouble()).isCloseTo(15, within(0.3));
        assertThat(path("cold").path("misses").asInt()).isEqualTo(1);
        assertThat(path("warm").path("misses").asInt()).isZero();
    }

    @Test
    void eachMissIsPutDownToTheStageThatTookMost() {
        add(StartPath.COLD, Reuse.COLD, timings(10, 1, 300, 100, 0));
        add(StartPath.COLD, Reuse.COLD, timings(10, 1, 100, 300, 0));
        add(StartPath.WARM, Reuse.WARM, timings(10, 500, 0, 0, 0));
        add(StartPath.WARM, Reuse.WARM, timings(200, 5, 0, 0, 0));
        add(StartPath.WARM, Reuse.WARM, timings(2, 5, 0, 0, 120));

        assertThat(path("cold").path("causes").path("container start").asInt()).isEqualTo(1);
        assertThat(path("cold").path("causes").path("init").asInt()).isEqualTo(1);
        assertThat(path("warm").path("causes").path("queued").asInt()).isEqualTo(1);
        assertThat(path("warm").path("causes").path("routing").asInt()).isEqualTo(1);
        assertThat(path("warm").path("causes").path("hand-over").asInt()).isEqualTo(1);
        JsonNode slowest = report.json().path("slowest").path(0);
        assertThat(slowest.path("ms").asDouble()).isEqualTo(510);
        assertThat(slowest.path("cause").asText()).isEqualTo("queued");
        assertThat(slowest.path("stages").path("routing").asDouble()).isEqualTo(10);
    }

    @Test
    void ofAnInvocationThatWasRetriedTheEarlierAttemptsAreTheCause() {
        Timings timings = timings(5, 1, 0, 0, 0);
        timings.setPublishedUs(T - 3_000_000);
        Outcome outcome = outcome(StartPath.WARM, Reuse.WARM, timings);
        outcome.getResult().setAttempt(2);
        report.add(outcome);

        assertThat(path("warm").path("causes").path("retries").asInt()).isEqualTo(1);
    }

    @Test
    void oneThatWaitedForAContainerThatWasOnItsWayBeforeItCameHasNoMoreInitThanItSaw() {
        add(StartPath.COLD, Reuse.COLD, timings(2, 0, 300, 100, 0));
        Timings late = timings(2, 0, 300, 100, 0);
        late.setReceivedUs(late.getReceivedUs() + 250_000);
        add(StartPath.COLD, Reuse.COLD, late);

        assertThat(path("cold").path("causes").path("container start").asInt()).isEqualTo(1);
        assertThat(path("cold").path("causes").path("routing").asInt()).isEqualTo(1);
    }

    @Test
    void whatNeverStartedIsNotCounted() {
        Outcome rejected = outcome(null, null, new Timings());
        report.add(rejected);

        for (String name : List.of("warm", "prewarmed", "cold")) {
            assertThat(path(name).path("starts").asInt()).isZero();
            assertThat(path(name).path("p99Ms").asDouble()).isZero();
        }
    }

    @Test
    void anExecutorThatDoesNotSayThePathIsUnderstoodByWhatItSaysOfReuse() {
        add(null, Reuse.COLD, timings(2, 1, 10, 10, 0));
        add(null, Reuse.REPLACED, timings(2, 1, 10, 10, 0));
        add(null, Reuse.REPLACED, timings(2, 1, 0, 0, 0));

        assertThat(path("cold").path("starts").asInt()).isEqualTo(2);
        assertThat(path("warm").path("starts").asInt()).isEqualTo(1);
    }

    @Test
    void quantilesAreRightWithinTwoPercent() {
        for (int i = 1; i <= 1_000; i++) {
            add(StartPath.WARM, Reuse.WARM, timings(i, 0, 0, 0, 0));
        }
        assertThat(path("warm").path("p50Ms").asDouble()).isCloseTo(500, within(10.0));
        assertThat(path("warm").path("p99Ms").asDouble()).isCloseTo(990, within(20.0));
        assertThat(path("warm").path("maxMs").asDouble()).isEqualTo(1_000);
        assertThat(path("warm").path("misses").asInt()).isEqualTo(900);
        assertThat(report.json().path("slowest")).hasSize(5);
    }

    private void add(StartPath path, Reuse reuse, Timings timings) {
        report.add(outcome(path, reuse, timings));
    }

    /** So many milliseconds in each stage. */
    private static Timings timings(long routing, long queued, long create, long init, long handOver) {
        long received = T + routing * 1_000;
        long given = received + (queued + create + init) * 1_000;
        return Timings.newBuilder()
                .setPublishedUs(T)
                .setRoutedUs(T + 100)
                .setReceivedUs(received)
                .setGivenUs(given)
                .setStartedUs(given + handOver * 1_000)
                .setInitUs((create + init) * 1_000)
                .setCreateUs(create * 1_000)
                .build();
    }

    private static Outcome outcome(StartPath path, Reuse reuse, Timings timings) {
        Result result = Result.newBuilder()
                .setInvocationId("i")
                .setAttempt(1)
                .setTenant("default")
                .setFunction("f")
                .setStatus(ResultStatus.SUCCEEDED)
                .setReuse(reuse)
                .setStart(path)
                .setTimings(timings)
                .build();
        return Outcome.newBuilder()
                .setInvocationId("i")
                .setStatus(OutcomeStatus.SUCCEEDED)
                .setResult(result)
                .setCompletedUs(T)
                .build();
    }

    private JsonNode path(String name) {
        for (JsonNode row : report.json().path("paths")) {
            if (row.path("path").asText().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("no path " + name);
    }
}
