package dev.berth.sim.faults;

import java.util.function.Consumer;

/** Somebody who follows a log: gets its records in order, late. Ends with the part it belongs to. */
final class Reader<T> {
    private final Part part;
    private final Network network;
    private final Consumer<Log.Entry<T>> taker;
    private long nextOffset;
    private long lastAtMs;
    private boolean closed;

    Reader(long from, Part part, Network network, Consumer<Log.Entry<T>> taker) {
        this.nextOffset = from;
        this.part = part;
        this.network = network;
        this.taker = taker;
    }

    void plan(Log.Entry<T> entry) {
        if (isOver()) {
            return;
        }
        lastAtMs = Math.max(lastAtMs, part.time().nowMs() + network.delayMs());
        part.at(lastAtMs, () -> {
            if (!closed) {
                nextOffset = entry.offset() + 1;
                taker.accept(entry);
            }
        });
    }

    /** The offset of the next record: all before it have been taken. */
    long position() {
        return nextOffset;
    }

    /** What is appended from now on is not seen before this time. */
    void holdUntil(long atMs) {
        lastAtMs = Math.max(lastAtMs, atMs);
    }

    void close() {
        closed = true;
    }

    boolean isOver() {
        return closed || !part.isAlive();
    }
}
