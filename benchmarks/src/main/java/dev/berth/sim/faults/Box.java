package dev.berth.sim.faults;

import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.FunctionKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A container as it really is, whatever the pool believes. */
final class Box {
    final String id;
    final int memoryMb;
    /** Null as long as it has no code. */
    FunctionKey function;
    /** Routing values that it has run, null among them for none. */
    final Set<String> values = new HashSet<>();

    /** Its process is there, or is being made. */
    boolean alive = true;
    /** Its start failed: there never was a process. */
    boolean neverStarted;
    /** It has asked for work. */
    boolean ready;

    boolean removing;
    /** What the pool gave it and waits for the end of. */
    final Set<AttemptId> given = new LinkedHashSet<>();
    /** The code that runs in it now. */
    final Map<AttemptId, Execution> running = new LinkedHashMap<>();
    /** Those of the given that got into its code. */
    final Set<AttemptId> taken = new HashSet<>();
    /** The pool wants it to have no CPU. */
    boolean paused;
    /** When the engine will be done with the pauses, and their ends, that it was asked for. */
    long settledMs;

    Box(String id, FunctionKey function, int memoryMb) {
        this.id = id;
        this.function = function;
        this.memoryMb = memoryMb;
    }

    Set<AttemptId> notTaken() {
        Set<AttemptId> notTaken = new HashSet<>(given);
        notTaken.removeAll(taken);
        return notTaken;
    }
}
