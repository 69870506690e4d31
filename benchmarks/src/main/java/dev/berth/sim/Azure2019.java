package dev.berth.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The Azure Functions trace of 2019 (Shahrad et al., ATC 2020) as published: for each day a file of invocations per minute and
 * function, one of duration percentiles per function, one of memory percentiles per app.
 *
 * <p>What it does not say is drawn by seed: instants within the minute, single durations by interpolating the percentiles (at
 * most 600 s), a function's memory from its app's percentiles, cold starts of 400 ms and a lognormal part.
 */
final class Azure2019 {
    private static final double MINUTE_MS = 60_000;
    private static final double DAY_MS = 1_440 * MINUTE_MS;
    private static final double MOST_SERVICE_MS = 600_000;
    private static final double[] DURATION_AT = {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1};
    private static final double[] MEMORY_AT = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};
    private static final double DEFAULT_SERVICE_MS = 500;
    private static final double DEFAULT_MEMORY_MB = 170;

    private final Random random;
    private final Map<String, double[]> durations = new HashMap<>();
    private final Map<String, double[]> memory = new HashMap<>();
    private final Map<String, double[]> drawn = new HashMap<>();

    private Azure2019(long seed) {
        random = new Random(seed);
    }

    static Trace read(Path directory, long seed) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.sorted().toList();
        }
        List<Path> invocations = named(files, "inv");
        if (invocations.isEmpty()) {
            throw new IOException("No file in " + directory
                    + " has a name with inv in it. The format azure2019 wants the directory with"
                    + " invocations_per_function*.csv, function_durations*.csv and app_memory*.csv.");
        }
        Azure2019 reader = new Azure2019(seed);
        for (Path file : Stream.concat(named(files, "dur").stream(), named(files, "run").stream())
                .toList()) {
            reader.percentiles(file, "HashFunction", "percentile_Average_", DURATION_AT.length, reader.durations);
        }
        for (Path file : named(files, "mem")) {
            reader.percentiles(file, "HashApp", "AverageAllocatedMb_pct", MEMORY_AT.length, reader.memory);
        }
        Trace.Builder builder = new Trace.Builder();
        for (int day = 0; day < invocations.size(); day++) {
            reader.day(invocations.get(day), day * DAY_MS, builder);
        }
        return builder.build();
    }

    private static List<Path> named(List<Path> files, String part) {
        return files.stream()
                .filter(file ->
                        file.getFileName().toString().toLowerCase(Locale.ROOT).contains(part))
                .toList();
    }

    private void percentiles(Path file, String key, String prefix, int expected, Map<String, double[]> into)
            throws IOException {
        try (BufferedReader lines = lines(file)) {
            List<String> header = List.of(lines.readLine().split(",", -1));
            int keyAt = header.indexOf(key);
            List<Integer> columns = new ArrayList<>();
            for (int i = 0; i < header.size(); i++) {
                if (header.get(i).startsWith(prefix)) {
                    columns.add(i);
                }
            }
            if (keyAt < 0 || columns.size() != expected) {
                throw new IOException("The columns of " + file + " are not as published: wanted " + key + " and "
                        + expected + " that begin with " + prefix + ", found " + header + ".");
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                into.put(
                        cells[keyAt],
                        columns.stream()
                                .mapToDouble(column -> Double.parseDouble(cells[column]))
                                .toArray());
            }
        }
    }

    private void day(Path file, double fromMs, Trace.Builder builder) throws IOException {
        try (BufferedReader lines = lines(file)) {
            List<String> header = List.of(lines.readLine().split(",", -1));
            int app = header.indexOf("HashApp");
            int function = header.indexOf("HashFunction");
            int firstMinute = header.indexOf("1");
            if (function < 0 || firstMinute < 0) {
                throw new IOException("The columns of " + file + " are not as published: " + header + ".");
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                for (int column = firstMinute; column < cells.length; column++) {
                    int count = cells[column].isBlank() ? 0 : (int) Double.parseDouble(cells[column]);
                    double minuteMs = fromMs + (column - firstMinute) * MINUTE_MS;
                    for (int i = 0; i < count; i++) {
                        add(builder, minuteMs, app < 0 ? "" : cells[app], cells[function]);
                    }
                }
            }
        }
    }

    private void add(Trace.Builder builder, double minuteMs, String app, String function) {
        double[] fixed = drawn.computeIfAbsent(function, f -> {
            double[] mb = memory.get(app);
            double memoryMb = mb == null ? DEFAULT_MEMORY_MB : at(mb, MEMORY_AT, random.nextDouble());
            return new double[] {Math.max(1, memoryMb), coldMs(random)};
        });
        double[] took = durations.get(function);
        double serviceMs = took == null ? DEFAULT_SERVICE_MS : at(took, DURATION_AT, random.nextDouble());
        builder.add(
                minuteMs + random.nextDouble() * MINUTE_MS,
                function,
                Math.min(MOST_SERVICE_MS, Math.max(1, serviceMs)),
                fixed[0],
                fixed[1]);
    }

    /** 400 ms and a lognormal part with median 400 ms and sigma 1, at most 10 s. */
    static double coldMs(Random random) {
        return Math.min(10_000, 400 + 400 * Math.exp(random.nextGaussian()));
    }

    private static double at(double[] values, double[] fractions, double fraction) {
        for (int i = 1; i < values.length; i++) {
            if (fraction <= fractions[i]) {
                double part = Math.max(0, (fraction - fractions[i - 1]) / (fractions[i] - fractions[i - 1]));
                return values[i - 1] + part * (values[i] - values[i - 1]);
            }
        }
        return values[values.length - 1];
    }

    private static BufferedReader lines(Path file) throws IOException {
        return new BufferedReader(new InputStreamReader(TraceReader.open(file), StandardCharsets.UTF_8), 1 << 16);
    }
}
