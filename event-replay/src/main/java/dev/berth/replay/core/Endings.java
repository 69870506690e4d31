package dev.berth.replay.core;

import java.util.Arrays;
import java.util.Optional;

/**
 * How invocations of a replay ended, by their ids: 8 bytes for each and as much again of air, since there may be millions.
 *
 * <p>Open addressing over fingerprints. Used by one thread.
 */
public final class Endings {
    private static final long EMPTY = 0;
    private static final int LEAST = 1 << 10;

    /** A fingerprint, doubled; and the last bit says whether it succeeded. */
    private long[] slots = new long[LEAST];

    private int size;

    /** Notes an ending; the first of an id counts. */
    public void add(String id, boolean succeeded) {
        if ((size + 1) * 2 > slots.length) {
            grow();
        }
        put(row(id, succeeded));
    }

    /** Whether an invocation succeeded; empty if it has not ended. */
    public Optional<Boolean> succeeded(String id) {
        long row = row(id, false);
        for (int at = home(row); slots[at] != EMPTY; at = (at + 1) & (slots.length - 1)) {
            if ((slots[at] & ~1L) == row) {
                return Optional.of((slots[at] & 1L) == 1L);
            }
        }
        return Optional.empty();
    }

    public int size() {
        return size;
    }

    private static long row(String id, boolean succeeded) {
        // Never empty: a fingerprint of 0 counts as 1.
        return (Math.max(1, ReplayIds.fingerprint(id)) << 1) | (succeeded ? 1 : 0);
    }

    private int home(long row) {
        return (int) (((row >>> 1) * 0x9E3779B97F4A7C15L) >>> 33) & (slots.length - 1);
    }

    private void put(long row) {
        int at = home(row);
        while (slots[at] != EMPTY) {
            if ((slots[at] & ~1L) == (row & ~1L)) {
                return;
            }
            at = (at + 1) & (slots.length - 1);
        }
        slots[at] = row;
        size++;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[before.length * 2];
        size = 0;
        Arrays.stream(before).filter(row -> row != EMPTY).forEach(this::put);
    }
}
