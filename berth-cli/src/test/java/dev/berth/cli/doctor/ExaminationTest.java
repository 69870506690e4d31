package dev.berth.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.doctor.Check.Level;
import dev.berth.cli.text.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("O4")
class ExaminationTest {
    private static final Running NOTHING =
            new Running(Optional.of("No gateway answers."), true, 0, List.of(), List.of());

    @Test
    void aMachineOnWhichNothingRunsYetIsWell() {
        List<Check> checks = Examination.of(machine(17, 50_000, true, List.of()), NOTHING, false);
        assertThat(Examination.isAnythingWrong(checks)).isFalse();
        assertThat(of(checks, "gateway").level()).isEqualTo(Level.NOTE);
        assertThat(of(Examination.of(machine(17, 50_000, true, List.of()), NOTHING, true), "gateway")
                        .level())
                .as("if it was to run")
                .isEqualTo(Level.FAIL);
    }

    @Test
    void aDeadEngineIsAFailureOnlyForInstancesOfThisMachineThatNeedIt() {
        Machine machine = machine(17, 50_000, false, List.of());
        assertThat(of(Examination.of(machine, NOTHING, false), "engine").level())
                .isEqualTo(Level.NOTE);
        assertThat(of(Examination.of(machine, running("process", "here"), true), "engine")
                        .level())
                .isEqualTo(Level.NOTE);
        assertThat(of(Examination.of(machine, running("docker", "elsewhere"), true), "engine")
                        .level())
                .isEqualTo(Level.NOTE);
        Check stranded = of(Examination.of(machine, running("docker", "here"), true), "engine");
        assertThat(stranded.level()).isEqualTo(Level.FAIL);
        assertThat(stranded.message()).contains("i1");
    }

    @Test
    void whatIsMissingOrShortIsSaid() {
        List<Check> checks = Examination.of(machine(11, 500, true, List.of(9092)), NOTHING, false);
        assertThat(of(checks, "java").level()).isEqualTo(Level.FAIL);
        assertThat(of(checks, "disk").level()).isEqualTo(Level.FAIL);
        assertThat(of(checks, "ports").message()).contains("9092");
        assertThat(Examination.isAnythingWrong(checks)).isTrue();
    }

    @Test
    void anotherClockIsAWarning() {
        Running ahead = new Running(Optional.empty(), false, 4_000, List.of(), List.of());
        assertThat(of(Examination.of(machine(17, 50_000, true, List.of()), ahead, true), "clock")
                        .message())
                .contains("4000 ms ahead of");
    }

    private static Check of(List<Check> checks, String which) {
        return checks.stream()
                .filter(check -> check.check().equals(which))
                .findFirst()
                .orElseThrow();
    }

    private static Machine machine(int java, long freeMb, boolean engine, List<Integer> taken) {
        return new Machine("here", java, true, freeMb, Path.of("data"), engine, engine, taken);
    }

    private static Running running(String containerRuntime, String host) {
        JsonNode instance = Json.object()
                .put("id", "i1")
                .put("state", "running")
                .put("host", host)
                .put("containerRuntime", containerRuntime);
        return new Running(Optional.empty(), false, 0, List.of(), List.of(instance));
    }
}
