package dev.berth.sim;

import dev.berth.router.core.affinity.KnownContainer;

/** A simulated container. */
final class Box {
    final String id;
    final Node node;
    final int key;
    final double coldMs;
    final double createdMs;
    double memoryMb;
    double lastUsedMs;
    double readyMs;
    /** As the key knows it that it serves. */
    final KnownContainer known;
    /** Mean time between its uses; NaN while it was used once. */
    double ownIntervalMs = Double.NaN;

    int uses;
    /** For greedy-dual: what it was worth when it was last used. */
    double priority;
    /** Raised at each use and at removal, so that a timer set before knows that it is out of date. */
    int version;
    /** Where it stands among the idle ones of its node; -1 if it is busy. */
    int idleAt = -1;

    Box(String id, Node node, int key, double memoryMb, double coldMs, double nowMs) {
        this.id = id;
        this.known = new KnownContainer(id);
        this.node = node;
        this.key = key;
        this.memoryMb = memoryMb;
        this.coldMs = coldMs;
        this.createdMs = nowMs;
        this.lastUsedMs = nowMs;
    }
}
