package dev.berth.executor.pool;

/** By which of three ways the container of a run came. {@link Reuse} says the same unless a pin has more to say. */
public enum StartPath {
    /** It had run before. */
    WARM,
    /** It was made before it was asked for: without code, or for this function ahead of need. */
    PREWARMED,
    /** It was made for want of one. */
    COLD
}
