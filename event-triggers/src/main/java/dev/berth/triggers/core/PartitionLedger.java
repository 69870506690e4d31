package dev.berth.triggers.core;

import java.util.BitSet;

/**
 * Which records of a partition are finished. They finish in any order; what may be committed is the offset before which all are.
 *
 * <p>A ring of the offsets that were read, in order, with a bit for each that is finished: 8 bytes a record, from the first that is
 * not finished on.
 */
final class PartitionLedger {
    private static final int FIRST_CAPACITY = 64;

    private long[] offsets = new long[FIRST_CAPACITY];
    private BitSet finished = new BitSet(FIRST_CAPACITY);
    private int head;
    private int size;
    private long position;
    private long heldBytes;

    /** @param position the offset from which on records will be read */
    PartitionLedger(long position) {
        this.position = position;
    }

    /** A record is read; it has a higher offset than those before it, by more than one where records are missing. */
    void read(long offset, long bytes) {
        if (offset < position) {
            throw new IllegalArgumentException("Offset " + offset + " comes after " + (position - 1));
        }
        if (size == offsets.length) {
            grow();
        }
        int slot = (head + size) & (offsets.length - 1);
        offsets[slot] = offset;
        finished.clear(slot);
        size++;
        position = offset + 1;
        heldBytes += bytes;
    }

    /** Nothing lies before this offset that was not read. */
    void passed(long offset) {
        position = Math.max(position, offset);
    }

    /** A record is finished, and no longer held; once more does no harm, and returns false. */
    boolean finish(long offset, long bytes) {
        int index = find(offset);
        if (index < 0 || finished.get((head + index) & (offsets.length - 1))) {
            return false;
        }
        heldBytes -= bytes;
        finished.set((head + index) & (offsets.length - 1));
        while (size > 0 && finished.get(head)) {
            head = (head + 1) & (offsets.length - 1);
            size--;
        }
        return true;
    }

    /** The offset before which all is finished. */
    long committable() {
        return size == 0 ? position : offsets[head];
    }

    /** The offset that is read next. */
    long position() {
        return position;
    }

    /** How many records are remembered, finished ones behind an unfinished one included. */
    int span() {
        return size;
    }

    /** Bytes of records that are not finished. */
    long heldBytes() {
        return heldBytes;
    }

    private int find(long offset) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long at = offsets[(head + middle) & (offsets.length - 1)];
            if (at == offset) {
                return middle;
            }
            if (at < offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private void grow() {
        long[] larger = new long[offsets.length * 2];
        BitSet bits = new BitSet(larger.length);
        for (int i = 0; i < size; i++) {
            int slot = (head + i) & (offsets.length - 1);
            larger[i] = offsets[slot];
            bits.set(i, finished.get(slot));
        }
        offsets = larger;
        finished = bits;
        head = 0;
    }
}
