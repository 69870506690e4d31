package dev.berth.schemas;

/**
 * By what an invocation is known to be a replay, beside {@link Invocation#getReplayOf()}: its origin, and headers that travel with it
 * into the function.
 */
public final class ReplayMarks {
    /** The origin of what is replayed. Who replays follows it; the router neither buries it nor tells a destination of it. */
    public static final String ORIGIN = "replay";

    /** The origin of a dead letter's invocation that is run again. It is real work: if it fails, it is a dead letter again. */
    public static final String REDRIVE_ORIGIN = "redrive";

    /** The header that names the replay. */
    public static final String REPLAY_ID = "berth-replay-id";

    /** The header that tells a function, by {@code true}, to have no effect on the world outside. */
    public static final String SUPPRESS_SIDE_EFFECTS = "berth-suppress-side-effects";

    private ReplayMarks() {}
}
