package dev.berth.triggers.core;

/**
 * How many invocations of a trigger may be unfinished: as many as the executors take without queueing. Like TCP Vegas, it looks at
 * how long invocations wait for a container, not at losses: a round is as many endings as the window is wide; after one whose
 * invocations waited little, it grows (doubles, until the first wait that was too long); after one whose invocations waited long, it
 * shrinks. A refusal for want of capacity halves it.
 *
 * <p>It only grows when it was full: a source that brings little says nothing about what the executors could take.
 */
final class FlightWindow {
    static final int LEAST = 2;
    private static final int FIRST = 16;
    private static final int MOST = 4_096;
    /** Three hops over Kafka under load take 10 to 20 ms of it. */
    private static final long GOOD_WAIT_MS = 40;

    private static final double SHRINK = 0.75;
    private static final double HALF = 0.5;
    private static final double GROW = 1.1;
    private static final double NEWS = 0.1;

    private final int most;
    private double size;
    private boolean starting = true;
    private double serviceMs;
    private boolean wasFull;
    private int ended;
    private int roundLength;
    private double waited;
    private long cutMs;

    FlightWindow(int most) {
        this.most = Math.min(most, MOST);
        this.size = Math.min(FIRST, this.most);
        this.roundLength = (int) size;
    }

    int limit() {
        return Math.max(1, Math.min(most, (int) size));
    }

    /** Whether one more may begin. */
    boolean hasRoom(int inFlight) {
        boolean room = inFlight < limit();
        wasFull |= !room;
        return room;
    }

    /** Whether it is bounded by what its owner said, not by the executors. */
    boolean isAtMost() {
        return limit() == most;
    }

    /** One that began at that time has ended. What began before the last cut says nothing about the window as it is now. */
    void ended(long sinceMs, long waitMs, long tookMs, long nowMs) {
        if (waitMs < 0 || sinceMs < cutMs) {
            return;
        }
        serviceMs = serviceMs == 0 ? tookMs : serviceMs + NEWS * (tookMs - serviceMs);
        waited += waitMs;
        ended++;
        if (ended >= roundLength) {
            endRound(waited / ended, nowMs);
        }
    }

    void refused(long sinceMs, long nowMs) {
        if (sinceMs >= cutMs) {
            cut(HALF, nowMs);
            begin();
        }
    }

    private void cut(double by, long nowMs) {
        starting = false;
        size = Math.max(Math.min(LEAST, most), size * by);
        cutMs = nowMs;
    }

    private void endRound(double meanWaitMs, long nowMs) {
        double good = Math.max(GOOD_WAIT_MS, serviceMs);
        if (meanWaitMs > 2 * good) {
            cut(SHRINK, nowMs);
        } else if (meanWaitMs <= good && wasFull) {
            size = Math.min(most, starting ? size * 2 : Math.max(size + 1, size * GROW));
        }
        begin();
    }

    private void begin() {
        ended = 0;
        waited = 0;
        wasFull = false;
        roundLength = limit();
    }
}
