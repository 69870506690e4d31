package dev.berth.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.router.core.affinity.RuleSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Tag("core")
class SimulationTest {
    private static final RuleSettings SETTINGS = RuleSettings.defaults();
    private static Trace sample;

    @BeforeAll
    static void readSample() throws Exception {
        sample = TraceReader.read("sample", TraceReader.Format.AUTO, 1);
    }

    @Test
    void berthBeatsEveryPeerWithThatPeersBestKeepAlive() {
        SimResult berth = run("berth", "reuse", 0);

        for (String policy : Policies.NAMES) {
            for (String keepAlive : List.of("reuse", "reuse-plain", "histogram")) {
                if (!policy.startsWith("berth")) {
                    SimResult peer = run(policy, keepAlive, 0);
                    assertThat(berth.warmPercent())
                            .as(policy + " with " + keepAlive)
                            .isGreaterThan(peer.warmPercent());
                    assertThat(berth.meanDelayMs())
                            .as(policy + " with " + keepAlive)
                            .isLessThan(peer.meanDelayMs());
                }
            }
        }
    }

    @Test
    void theRoutersOwnCoreComesToWhatItsRuleAlonePromises() {
        for (double newsMs : new double[] {0, 50}) {
            SimResult router = run("berth", "reuse", newsMs);
            SimResult rule = run("berth-rule", "reuse", newsMs);
            assertThat(router.warmPercent()).isCloseTo(rule.warmPercent(), within(0.5));
            assertThat(router.meanDelayMs()).isCloseTo(rule.meanDelayMs(), withinPercentage(10));
        }
    }

    @Test
    void orderOfTheRulesIsAsOnTheFullTrace() {
        assertThat(run("berth", "lru", 0).warmPercent())
                .isGreaterThan(run("warm-first", "lru", 0).warmPercent());
        assertThat(run("warm-first", "lru", 0).warmPercent())
                .isGreaterThan(run("bounded-hash", "lru", 0).warmPercent());
        assertThat(run("bounded-hash", "lru", 0).warmPercent())
                .isGreaterThan(run("least-loaded", "lru", 0).warmPercent());
        assertThat(run("hash", "lru", 0).meanDelayMs())
                .isGreaterThan(10 * run("warm-first", "lru", 0).meanDelayMs());
        assertThat(run("berth", "reuse", 0).warmPercent())
                .isGreaterThan(run("berth", "reuse-plain", 0).warmPercent());
        assertThat(run("berth", "reuse-plain", 0).warmPercent())
                .isGreaterThan(run("berth", "greedy-dual", 0).warmPercent());
    }

    @ParameterizedTest
    @CsvSource({"berth,0", "berth,200", "palette,0", "warm-first,50", "home-invoker,50"})
    void everyInvocationRunsAlthoughAnInstanceDies(String policy, double newsMs) {
        SimConfig config = new SimConfig(4, 16, 3_072, policy, "reuse", newsMs, 1, 3_600_000, 30_000);

        SimResult result = new Simulation(sample, config, Policies.named(policy, SETTINGS), SETTINGS).run();

        assertThat(result.ended()).isEqualTo(sample.size());
    }

    @Test
    void pinsMoveLessOftenThanContainersStart() {
        SimResult result = run("berth", "reuse", 0);

        assertThat(result.pinsMoved()).isLessThan(result.coldStarts());
    }

    @Test
    void newsOfFiftyMillisecondsCostsLittle() {
        assertThat(run("berth", "reuse", 0).warmPercent()
                        - run("berth", "reuse", 50).warmPercent())
                .isLessThan(0.5);
    }

    @Test
    void sameSeedGivesTheSameJson() throws Exception {
        String first = json();

        assertThat(json()).isEqualTo(first);
        JsonNode result = new ObjectMapper().readTree(first);
        assertThat(result.fieldNames())
                .toIterable()
                .contains(
                        "policy",
                        "keepAlive",
                        "warmPercent",
                        "coldStarts",
                        "meanDelayMs",
                        "p99DelayMs",
                        "p50Slowdown",
                        "p99Slowdown",
                        "imbalance",
                        "pinsMoved",
                        "memoryGb");
    }

    @Test
    void unknownPolicyIsRefusedWithTheKnownOnes() {
        StringWriter err = new StringWriter();
        CommandLine command = SimMain.commandLine().setErr(new PrintWriter(err));

        assertThat(command.execute("--trace", "sample", "--policy", "sticky")).isEqualTo(2);
        assertThat(err.toString()).contains("--policy knows no sticky; there are berth, berth-rule, warm-first");
    }

    private static SimResult run(String policy, String keepAlive, double newsMs) {
        SimConfig config = new SimConfig(4, 16, 3_072, policy, keepAlive, newsMs, 1, Double.NaN, 0);
        return new Simulation(sample, config, Policies.named(policy, SETTINGS), SETTINGS).run();
    }

    private static String json() {
        StringWriter out = new StringWriter();
        int exit = SimMain.commandLine()
                .setOut(new PrintWriter(out))
                .execute("--trace", "sample", "--instances", "4", "--memory", "3072", "--json");
        assertThat(exit).isZero();
        return out.toString();
    }
}
