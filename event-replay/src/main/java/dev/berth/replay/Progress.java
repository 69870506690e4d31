package dev.berth.replay;

import dev.berth.replay.core.Window;
import dev.berth.schemas.Replay;
import dev.berth.schemas.ReplayCounts;
import dev.berth.schemas.ReplayPosition;
import dev.berth.schemas.ReplayState;
import dev.berth.schemas.ReplayStatus;

/** What is told of how far a replay is, with its speed of the last seconds. Used by one thread. */
final class Progress {
    private static final long EACH_NS = 500_000_000L;
    /** Of the newest stretch in the smoothed speed. */
    private static final double NEWEST = 0.4;

    private final Replay replay;
    private final long startedMs;
    private long lastNs = System.nanoTime();
    private long lastEnded = -1;
    private long lastRead;
    private double endedPerSecond;
    private double readPerSecond;

    Progress(Replay replay, long startedMs) {
        this.replay = replay;
        this.startedMs = startedMs;
    }

    boolean isDue() {
        return System.nanoTime() - lastNs >= EACH_NS;
    }

    ReplayStatus status(Window window, ReplayState state, String error) {
        ReplayCounts counts = window.counts();
        measure(window, counts);
        boolean going = state == ReplayState.RUNNING;
        return ReplayStatus.newBuilder()
                .setTenant(replay.getTenant())
                .setId(replay.getId())
                .setState(state)
                .setAtMs(System.currentTimeMillis())
                .setStartedMs(startedMs)
                .setPositions(window.positions())
                .setCounts(counts)
                .setFinished(window.finished())
                .setUnfinished(window.unfinished())
                .setEndedPerSecond(going ? endedPerSecond : 0)
                .setReadPerSecond(going ? readPerSecond : 0)
                .setError(error)
                .build();
    }

    private void measure(Window window, ReplayCounts counts) {
        long nowNs = System.nanoTime();
        long ended = counts.getSucceeded() + counts.getFailed() + counts.getPutBack();
        long read =
                window.positions().stream().mapToLong(ReplayPosition::getRead).sum();
        double seconds = (nowNs - lastNs) / 1e9;
        if (lastEnded >= 0 && seconds > 0) {
            endedPerSecond += NEWEST * ((ended - lastEnded) / seconds - endedPerSecond);
            readPerSecond += NEWEST * ((read - lastRead) / seconds - readPerSecond);
        }
        lastNs = nowNs;
        lastEnded = ended;
        lastRead = read;
    }
}
