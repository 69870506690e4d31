package dev.berth.sim.faults;

import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Job;
import java.util.HashSet;
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
    /** What the pool gave it last; null before the first. */
    Job job;
    /** The last that it was given got into its code. */
    boolean took;
    /** The pool waits for the end of that. */
    boolean busy;
    /** The code that runs in it now; null if none. */
    Execution running;

    Box(String id, FunctionKey function, int memoryMb) {
        this.id = id;
        this.function = function;
        this.memoryMb = memoryMb;
    }
}
