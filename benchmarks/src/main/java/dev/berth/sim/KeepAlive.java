package dev.berth.sim;

import dev.berth.schemas.retention.ReuseCurve;

/** Decides which idle container goes when memory is needed, and which goes anyway. Told of everything it may learn from. */
interface KeepAlive {
    /** The least is evicted first. */
    double value(Box box, double nowMs);

    /** How long a container that has just fallen idle is kept at most. */
    default double idleLimitMs(Box box, double nowMs) {
        return Double.POSITIVE_INFINITY;
    }

    /** How long after that a container of the key is made again; infinite for never. */
    default double prewarmAfterMs(Box box, double nowMs) {
        return Double.POSITIVE_INFINITY;
    }

    /** An invocation of a key came, and this is what the router expects of the next. */
    default void arrived(int key, double nowMs, ReuseCurve curve) {}

    /** An invocation of a key was sent to a node; the key is now pinned to another, or the same. */
    default void dispatched(int key, Node node, Node pin) {}

    /** A container was given an invocation. */
    default void used(Box box, boolean cold, double nowMs) {}

    /** A container fell idle. */
    default void idle(Box box, double nowMs) {}

    /** A container that was idle is so no more. */
    default void notIdle(Box box) {}

    /** A container was chosen to go. */
    default void evicted(Box box, double value, double nowMs) {}
}
