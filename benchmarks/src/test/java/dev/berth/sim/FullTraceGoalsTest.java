package dev.berth.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.router.core.affinity.RuleSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The goals on the full traces, which are too large for the project: they are read from beside it where they are. */
@Tag("core")
class FullTraceGoalsTest {
    @Test
    void azureWithFourGigabytes() throws Exception {
        Trace trace = trace("azure2019-b.csv.gz");
        SimResult result = run(trace, 16, 4_096, 0);

        assertThat(result.warmPercent()).isGreaterThanOrEqualTo(93.9);
        assertThat(result.meanDelayMs()).isLessThanOrEqualTo(52);
        assertThat(result.p99Slowdown()).isLessThanOrEqualTo(7.1);
        assertThat(result.imbalance()).isLessThanOrEqualTo(1.5);
        assertThat(result.pinsMoved()).isLessThanOrEqualTo(result.coldStarts());
        assertThat(result.warmPercent() - run(trace, 16, 4_096, 50).warmPercent())
                .isLessThanOrEqualTo(0.5);
    }

    @Test
    void azureWithLessAndMoreMemory() throws Exception {
        Trace trace = trace("azure2019-b.csv.gz");
        SimResult two = run(trace, 16, 2_048, 0);
        SimResult eight = run(trace, 16, 8_192, 0);

        assertThat(two.warmPercent()).isGreaterThanOrEqualTo(79);
        assertThat(two.meanDelayMs()).isLessThanOrEqualTo(185);
        assertThat(eight.warmPercent()).isGreaterThanOrEqualTo(99.2);
        assertThat(eight.meanDelayMs()).isLessThanOrEqualTo(9);
    }

    @Test
    void mooncake() throws Exception {
        SimResult result = run(trace("mooncake-conversation.csv.gz"), 4, 65_536, 0);

        assertThat(result.warmPercent()).isGreaterThanOrEqualTo(32.5);
        assertThat(result.imbalance()).isLessThanOrEqualTo(1.1);
    }

    private static SimResult run(Trace trace, int slots, double memoryMb, double newsMs) {
        RuleSettings settings = RuleSettings.defaults();
        SimConfig config = new SimConfig(16, slots, memoryMb, "berth", "reuse", newsMs, 1, Double.NaN, 0);
        return new Simulation(trace, config, Policies.named("berth", settings), settings).run();
    }

    /** From the project's folder or a module's. */
    private static Trace trace(String name) throws Exception {
        for (String up : new String[] {"../shared/traces", "../../shared/traces"}) {
            Path file = Path.of(up, name);
            if (Files.isRegularFile(file)) {
                return TraceReader.read(file.toString(), TraceReader.Format.BERTH, 1);
            }
        }
        assumeTrue(
                false, "The full trace " + name + " is not in ../shared/traces, so the goals on it were not checked.");
        throw new AssertionError();
    }
}
