package dev.berth.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Invocations in order of arrival, column by column: a million of them are 30 MB. */
public final class Trace {
    private final double[] atMs;
    private final int[] key;
    private final float[] serviceMs;
    private final float[] memoryMb;
    private final float[] coldMs;
    private final String[] keys;

    private Trace(int size, String[] keys) {
        this.atMs = new double[size];
        this.key = new int[size];
        this.serviceMs = new float[size];
        this.memoryMb = new float[size];
        this.coldMs = new float[size];
        this.keys = keys;
    }

    /** How many invocations. */
    public int size() {
        return atMs.length;
    }

    /** When it arrives. */
    public double atMs(int row) {
        return atMs[row];
    }

    /** Which key it has: an index below {@link #keyCount}. */
    public int key(int row) {
        return key[row];
    }

    /** How long it runs. */
    public double serviceMs(int row) {
        return serviceMs[row];
    }

    /** What its container occupies. */
    public double memoryMb(int row) {
        return memoryMb[row];
    }

    /** What starting a container for it costs. */
    public double coldMs(int row) {
        return coldMs[row];
    }

    /** How many keys. */
    public int keyCount() {
        return keys.length;
    }

    /** A key's name. */
    public String keyName(int id) {
        return keys[id];
    }

    /** When the last one arrives; 0 if there is none. */
    public double endMs() {
        return atMs.length == 0 ? 0 : atMs[atMs.length - 1];
    }

    /** Collects invocations in any order. */
    static final class Builder {
        private record Row(double atMs, int key, float serviceMs, float memoryMb, float coldMs) {}

        private final Map<String, Integer> index = new HashMap<>();
        private final List<String> names = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();

        void add(double atMs, String key, double serviceMs, double memoryMb, double coldMs) {
            int id = index.computeIfAbsent(key, name -> {
                names.add(name);
                return names.size() - 1;
            });
            rows.add(new Row(atMs, id, (float) serviceMs, (float) memoryMb, (float) coldMs));
        }

        Trace build() {
            Row[] sorted = rows.toArray(Row[]::new);
            Arrays.sort(sorted, Comparator.comparingDouble(Row::atMs));
            int n = sorted.length;
            Trace trace = new Trace(n, names.toArray(String[]::new));
            for (int i = 0; i < n; i++) {
                trace.atMs[i] = sorted[i].atMs;
                trace.key[i] = sorted[i].key;
                trace.serviceMs[i] = sorted[i].serviceMs;
                trace.memoryMb[i] = sorted[i].memoryMb;
                trace.coldMs[i] = sorted[i].coldMs;
            }
            return trace;
        }
    }
}
