package dev.berth.sim.faults;

import java.util.Locale;

/** What strikes. Each seed draws which of them may, so that some runs show each alone. */
enum Fault {
    /** An executor is killed with its containers; it comes back with a new incarnation. */
    INSTANCE_KILLED,
    /** An executor is told to stop, and does so in order; it comes back too. */
    INSTANCE_STOPPED,
    /** The fleet does not hear an executor, which works on and learns late that it was given up. */
    ZOMBIE,
    /** An executor stands still for some seconds; its containers do not. */
    INSTANCE_FROZEN,
    RESULT_DOUBLED,
    /** A result is overtaken by others of its instance. */
    RESULT_DELAYED,
    /** A record takes most of a second. */
    RECORD_DELAYED,
    CONTAINER_EXITED,
    CONTAINER_NOT_STARTED,
    /** A container neither starts nor fails to. */
    START_HUNG,
    /** A paused container cannot be unpaused, and is killed. */
    UNPAUSE_FAILED,
    FUNCTION_FAILED,
    FUNCTION_HUNG,
    /** A router task dies with what its producer had not got out, and comes back from its changelogs. */
    ROUTER_CRASHED,
    /** A router task is handed over in order. */
    ROUTER_MOVED,
    FLEET_RESTARTED,
    PUBLISHED_TWICE,
    FUNCTION_REDEPLOYED;

    /** As it is shown. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
