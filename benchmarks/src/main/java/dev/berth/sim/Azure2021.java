package dev.berth.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * The Azure Functions invocation trace of 2021 (Zhang et al., SOSP 2021): {@code app,func,end_timestamp,duration}, in seconds. Memory and cold
 * starts are not in it: they are drawn for each function, by seed.
 */
final class Azure2021 {
    private Azure2021() {}

    static Trace read(InputStream in, long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, double[]> drawn = new HashMap<>();
        Trace.Builder builder = new Trace.Builder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
            String header = lines.readLine();
            if (header == null || !header.replace("\"", "").startsWith("app,func,end_timestamp,duration")) {
                throw new IOException("The trace does not begin with app,func,end_timestamp,duration but with " + header
                        + ". Is it of another --format?");
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                if (cells.length < 4) {
                    throw new IOException("A line of the trace has fewer than four columns: " + line);
                }
                double durationMs = 1_000 * Double.parseDouble(cells[3]);
                double atMs = Math.max(0, 1_000 * Double.parseDouble(cells[2]) - durationMs);
                String key = cells[0] + '/' + cells[1];
                double[] fixed = drawn.computeIfAbsent(key, k -> new double[] {
                    Math.min(1_024, Math.max(64, 170 * Math.exp(0.5 * random.nextGaussian()))), Azure2019.coldMs(random)
                });
                builder.add(atMs, key, Math.max(0.1, durationMs), fixed[0], fixed[1]);
            }
        }
        return builder.build();
    }
}
