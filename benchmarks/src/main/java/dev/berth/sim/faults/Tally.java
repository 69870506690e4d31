package dev.berth.sim.faults;

import java.util.EnumMap;
import java.util.Map;

/** What happened in a run, counted. */
final class Tally {
    private final EnumMap<Fault, Long> faults = new EnumMap<>(Fault.class);
    long invocations;
    long executions;
    long rejections;
    /** Invocations that were not to run before some time. */
    long delayed;
    /** Invocations that ended because somebody wanted that. */
    long cancelled;
    /** Executions under an epoch that had ended. */
    long zombieExecutions;
    /** Attempts whose dispatch a crashed router got out, but not its own memory of it. */
    long forgottenDispatches;
    /** Outcomes that a crashed router had decided, and that did not get out. */
    long forgottenOutcomes;
    /** Ordered keys whose order nobody can promise: a zombie ran of them, or something was forgotten. */
    long excusedKeys;

    void count(Fault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    Map<Fault, Long> faults() {
        return faults;
    }

    void add(Tally other) {
        other.faults.forEach((fault, times) -> faults.merge(fault, times, Long::sum));
        invocations += other.invocations;
        executions += other.executions;
        rejections += other.rejections;
        delayed += other.delayed;
        cancelled += other.cancelled;
        zombieExecutions += other.zombieExecutions;
        forgottenDispatches += other.forgottenDispatches;
        forgottenOutcomes += other.forgottenOutcomes;
        excusedKeys += other.excusedKeys;
    }
}
