package dev.berth.sim.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.sim.SimMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("core")
class FaultSimulationTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    @Tag("R17")
    @Tag("R21")
    @Tag("R22")
    @Tag("V5")
    void everyPromiseIsKeptWhateverStrikes() {
        FaultRuns runs = new FaultRuns(1, 500);
        int broken = runs.run(null);
        runs.print(new PrintWriter(out, true));
        assertThat(broken).as(out.toString()).isZero();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(storyOf(seed)).as("seed " + seed).isEqualTo(storyOf(seed));
        }
    }

    @Test
    void everyFaultStrikes() throws Exception {
        assertThat(call("--faults", "--seeds", "100", "--json")).isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        for (Fault fault : Fault.values()) {
            assertThat(report.path("faults").path(fault.word()).asLong())
                    .as(fault.word())
                    .isPositive();
        }
        assertThat(report.path("violations")).isEmpty();
        assertThat(report.path("invocations").asLong()).isGreaterThan(1_000);
        assertThat(report.path("delayed").asLong()).isGreaterThan(100);
        assertThat(report.path("cancelled").asLong()).isGreaterThan(100);
    }

    @Test
    void oneSeedIsRunByItself() {
        assertThat(call("--faults", "--seed", "7")).isZero();
        assertThat(out.toString()).contains("1 seeds in", "Every promise was kept.");
    }

    @Test
    void faultsWithATraceAreRefused() {
        assertThat(call("--faults", "--trace", "sample")).isEqualTo(2);
        assertThat(err.toString()).contains("--faults takes no --trace");
    }

    @Test
    void noSeedsAreRefused() {
        assertThat(call("--faults", "--seeds", "0")).isEqualTo(2);
    }

    @Test
    void neitherTraceNorFaultsIsRefusedWithWhatToGive() {
        assertThat(call()).isEqualTo(2);
        assertThat(err.toString()).contains("--trace sample", "--faults");
    }

    private int call(String... arguments) {
        CommandLine command = SimMain.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private static String storyOf(long seed) {
        World world = new World(seed, Sabotage.NONE, true);
        world.run();
        return String.join("\n", world.story.ending(null, Integer.MAX_VALUE));
    }
}
