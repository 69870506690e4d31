package dev.berth.router.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values that many hold, each kept once under a small number for as long as somebody holds it. */
final class Interned<T> {
    private static final class Entry<T> {
        final int number;
        final T value;
        int held;

        Entry(int number, T value) {
            this.number = number;
            this.value = value;
        }
    }

    private final Map<T, Entry<T>> byValue = new HashMap<>();
    private final List<Entry<T>> byNumber = new ArrayList<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /** The value's number, held once more. */
    int hold(T value) {
        Entry<T> entry = byValue.computeIfAbsent(value, this::enter);
        entry.held++;
        return entry.number;
    }

    /** The value of a number, held once less. */
    T release(int number) {
        Entry<T> entry = byNumber.get(number);
        if (--entry.held == 0) {
            byValue.remove(entry.value);
            byNumber.set(number, null);
            free.add(number);
        }
        return entry.value;
    }

    /** The number of a value that somebody holds; negative if nobody does. */
    int find(T value) {
        Entry<T> entry = byValue.get(value);
        return entry == null ? -1 : entry.number;
    }

    private Entry<T> enter(T value) {
        if (free.isEmpty()) {
            byNumber.add(null);
        }
        int number = free.isEmpty() ? byNumber.size() - 1 : free.poll();
        Entry<T> entry = new Entry<>(number, value);
        byNumber.set(number, entry);
        return entry;
    }
}
