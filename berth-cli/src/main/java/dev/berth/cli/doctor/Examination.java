package dev.berth.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is to be thought of a machine and of the Berth that runs, or does not. Pure. */
public final class Examination {
    private static final int OLDEST_JAVA = 17;
    private static final long SCARCE_MB = 1_024;
    private static final long TIGHT_MB = 5_120;
    private static final long SKEW_MS = 1_000;

    private Examination() {}

    /**
     * All checks.
     *
     * @param mustRun whether a Berth was named that should run
     */
    public static List<Check> of(Machine machine, Running running, boolean mustRun) {
        List<Check> checks = new ArrayList<>();
        java(machine, checks);
        disk(machine, checks);
        engine(machine, running, checks);
        gateway(machine, running, mustRun, checks);
        running.findings().forEach(finding -> checks.add(Check.of(finding)));
        return checks;
    }

    private static void java(Machine machine, List<Check> checks) {
        if (machine.java() < OLDEST_JAVA) {
            checks.add(Check.fail("java", "This is Java " + machine.java() + ".", "Install a JDK 17 or later."));
        } else if (!machine.compiler()) {
            checks.add(Check.note(
                    "java", "Java " + machine.java() + ", without a compiler: Berth runs, but cannot be built."));
        } else {
            checks.add(Check.ok("java", "Java " + machine.java() + "."));
        }
    }

    private static void disk(Machine machine, List<Check> checks) {
        String free = machine.freeMb() + " MB are free for " + machine.data() + ".";
        if (machine.freeMb() < SCARCE_MB) {
            checks.add(Check.fail(
                    "disk",
                    free,
                    "Make room: a broker whose disk is full stops. Topics keep up to 7 days of records."));
        } else if (machine.freeMb() < TIGHT_MB) {
            checks.add(Check.warn("disk", free, "Make room before the disk is full: a broker stops then."));
        } else {
            checks.add(Check.ok("disk", free));
        }
    }

    private static void engine(Machine machine, Running running, List<Check> checks) {
        String stranded = running.instances().stream()
                .filter(instance -> instance.path("containerRuntime").asText().equals("docker")
                        && instance.path("host").asText().equals(machine.host())
                        && instance.path("state").asText().equals("running"))
                .map(instance -> instance.path("id").asText())
                .collect(Collectors.joining(", "));
        if (machine.engine()) {
            checks.add(
                    machine.images()
                            ? Check.ok("engine", "A Docker engine answers, and has Berth's images.")
                            : Check.note(
                                    "engine",
                                    "A Docker engine answers, but has not Berth's images; up makes them, and so does"
                                            + " ./berth images."));
        } else if (!stranded.isEmpty()) {
            checks.add(Check.fail(
                    "engine",
                    "No Docker engine answers, and these instances of this machine have their containers in Docker: "
                            + stranded,
                    "Start the engine (systemctl start docker), and see its log for why it ended."));
        } else {
            checks.add(
                    Check.note("engine", "No Docker engine answers: functions run as plain processes, less isolated."));
        }
    }

    private static void gateway(Machine machine, Running running, boolean mustRun, List<Check> checks) {
        if (running.silent()) {
            String taken = machine.takenPorts().stream().map(String::valueOf).collect(Collectors.joining(", "));
            if (mustRun) {
                checks.add(Check.fail(
                        "gateway",
                        running.problem().orElse("No gateway answers."),
                        "Start it; its log says why if it ended."));
            } else if (!taken.isEmpty()) {
                checks.add(Check.warn(
                        "ports",
                        "No Berth runs here, but something else has these ports that up takes: " + taken,
                        "Stop it, or give up others with --port and --kafka-port."));
            } else {
                checks.add(Check.note("gateway", "No Berth runs here. ./berth up starts one; its ports are free."));
            }
        } else if (running.problem().isPresent()) {
            checks.add(Check.fail(
                    "gateway",
                    "The gateway answers, but cannot say how Berth is: "
                            + running.problem().get(),
                    "Its log says more; a gateway that starts waits for Kafka."));
        } else {
            checks.add(Check.ok("gateway", "The gateway answers."));
            long aheadMs = running.aheadMs();
            checks.add(
                    Math.abs(aheadMs) > SKEW_MS
                            ? Check.warn(
                                    "clock",
                                    "The gateway's clock is " + Math.abs(aheadMs) + " ms "
                                            + (aheadMs > 0 ? "ahead of" : "behind") + " this machine's.",
                                    "Let NTP set both.")
                            : Check.ok("clock", "The gateway's clock is this machine's, within a second."));
        }
    }

    /** Whether somebody should do something. */
    public static boolean isAnythingWrong(List<Check> checks) {
        return checks.stream().anyMatch(check -> check.level().isWrong());
    }
}
