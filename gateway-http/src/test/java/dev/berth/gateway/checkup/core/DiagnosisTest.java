package dev.berth.gateway.checkup.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.checkup.core.Finding.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("O4")
class DiagnosisTest {
    private static final long NOW = 1_000_000;

    private Optional<String> kafkaProblem = Optional.empty();
    private Optional<String> registryProblem = Optional.empty();
    private List<String> missing = List.of();
    private Facts.Group routers = new Facts.Group(2, "Stable");
    private List<Facts.Instance> instances = List.of(new Facts.Instance("i1", true, "RUNNING", NOW - 900));
    private int pinsToNowhere;
    private long lettersOfLate;
    private List<Facts.Trigger> triggers = List.of();

    @Test
    void whatIsWellIsSaidToBe() {
        triggers = List.of(new Facts.Trigger("t", 0, NOW - 500, 3, "none", null));
        assertThat(diagnosis()).extracting(Finding::level).containsOnly(Level.OK);
        assertThat(diagnosis()).extracting(Finding::fix).containsOnly("");
    }

    @Test
    void withoutALiveInstanceNothingRuns() {
        instances = List.of(new Facts.Instance("i1", false, "STOPPED", NOW - 60_000));
        assertThat(of("instances").level()).isEqualTo(Level.FAIL);
        assertThat(of("instances").fix()).contains("./berth executor");
    }

    @Test
    void anInstanceThatSaysNothingIsNamed() {
        instances = List.of(
                new Facts.Instance("loud", true, "RUNNING", NOW - 900),
                new Facts.Instance("silent", true, "RUNNING", NOW - 20_000));
        assertThat(of("instances").level()).isEqualTo(Level.WARN);
        assertThat(of("instances").message()).contains("silent (20 s)").doesNotContain("loud");
    }

    @Test
    void aClockThatIsAheadIsNamed() {
        instances = List.of(new Facts.Instance("i1", true, "RUNNING", NOW + 5_000));
        assertThat(of("clocks").level()).isEqualTo(Level.WARN);
        assertThat(of("clocks").message()).contains("i1 by 5000 ms");
    }

    @Test
    void withoutARouterNothingIsRouted() {
        routers = new Facts.Group(0, "Empty");
        assertThat(of("router").level()).isEqualTo(Level.FAIL);
        routers = new Facts.Group(1, "Assigning");
        assertThat(of("router").level()).isEqualTo(Level.WARN);
    }

    @Test
    void withoutKafkaNothingThatItTellsIsSaid() {
        kafkaProblem = Optional.of("no answer within 5 s");
        assertThat(of("kafka").level()).isEqualTo(Level.FAIL);
        assertThat(diagnosis()).extracting(Finding::check).doesNotContain("topics", "router", "dead-letters");
    }

    @Test
    void missingTopicsAndAMissingRegistryAreFailures() {
        missing = List.of("berth.dispatch");
        registryProblem = Optional.of("refused");
        assertThat(of("topics").message()).contains("berth.dispatch");
        assertThat(of("topics").level()).isEqualTo(Level.FAIL);
        assertThat(of("registry").level()).isEqualTo(Level.FAIL);
    }

    @Test
    void deadLettersOfLateAreAWarningAndOldPinsAreNone() {
        lettersOfLate = 1;
        pinsToNowhere = 7;
        assertThat(of("dead-letters").level()).isEqualTo(Level.WARN);
        assertThat(of("dead-letters").message()).startsWith("1 dead letter came");
        assertThat(of("pins").level()).isEqualTo(Level.NOTE);
    }

    @Test
    void aTriggerThatFailsIsNotServedOrLagsIsNamed() {
        triggers = List.of(
                new Facts.Trigger("broken", 0, NOW, 0, "error", "no such topic"),
                new Facts.Trigger("unserved", 0, 0, 0, "none", null),
                new Facts.Trigger("new", NOW - 1_000, 0, 0, "none", null),
                new Facts.Trigger("behind", 0, NOW, 50_000, "executors", null));
        assertThat(diagnosis().stream().filter(finding -> finding.check().equals("triggers")))
                .hasSize(3)
                .allMatch(finding -> finding.level() == Level.WARN)
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("broken") && message.contains("no such topic"))
                .anyMatch(message -> message.contains("unserved"))
                .anyMatch(message -> message.contains("behind is 50000 records behind (held up by executors)"));
    }

    private Finding of(String check) {
        return diagnosis().stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> diagnosis() {
        return Diagnosis.of(new Facts(
                NOW,
                kafkaProblem,
                registryProblem,
                missing,
                Map.of("router", routers),
                instances,
                10,
                pinsToNowhere,
                lettersOfLate,
                40,
                triggers));
    }
}
