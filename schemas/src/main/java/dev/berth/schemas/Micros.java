package dev.berth.schemas;

import java.time.Instant;

/** Wall-clock time in microseconds of the epoch: the unit of {@link Timings}. */
public final class Micros {
    private Micros() {}

    /** The time now. Only shells call it; cores are told the time. */
    public static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
    }

    /** Milliseconds of the epoch as microseconds. */
    public static long ofMillis(long epochMs) {
        return epochMs * 1_000L;
    }

    /** Microseconds of the epoch as milliseconds, rounded down. */
    public static long toMillis(long epochUs) {
        return Math.floorDiv(epochUs, 1_000L);
    }
}
