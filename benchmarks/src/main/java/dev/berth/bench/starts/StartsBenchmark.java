package dev.berth.bench.starts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Measures starts, in turn: the engine's own create + start; a function's first start in a prewarmed container, its package not on
 * the instance yet; the same with the package there; and a cold start. The aim: what a prewarmed start takes is a tenth of what
 * the engine alone takes for a new container, at the median.
 */
public final class StartsBenchmark {
    /** What a prewarmed start may take of a bare create + start. */
    public static final double AIM = 0.1;

    // The first rounds load classes, here and in the engine's client.
    private static final int WARM_UP = 2;

    private final StartSubject subject;
    private final String image;

    /**
     * @param image of the engine, as the subject's functions run in
     */
    public StartsBenchmark(StartSubject subject, String image) {
        this.subject = subject;
        this.image = image;
    }

    /** The times of one way to start, in milliseconds. */
    public record Series(String what, List<Double> ms) {
        public Series {
            ms = ms.stream().sorted().toList();
        }

        /** The time within which this share is. */
        public double quantile(double share) {
            return ms.get((int) Math.min(ms.size() - 1, Math.floor(share * ms.size())));
        }
    }

    /**
     * All of a run.
     *
     * @param others starts that came another way than they should have: of these nothing is counted
     */
    public record Report(Series bare, Series prewarmed, Series prewarmedCodeThere, Series cold, int others) {
        /** The median of prewarmed starts, as part of the bare engine's. */
        public double ratio(Series of) {
            return of.quantile(0.5) / bare.quantile(0.5);
        }

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(
                    Locale.ROOT, "%-46s %4s %9s %9s %9s %10s", "start", "n", "p50 ms", "p90 ms", "max ms", "of bare"));
            for (Series series : List.of(bare, prewarmed, prewarmedCodeThere, cold)) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-46s %4d %9.1f %9.1f %9.1f %10.3f",
                        series.what(),
                        series.ms().size(),
                        series.quantile(0.5),
                        series.quantile(0.9),
                        series.quantile(1),
                        ratio(series)));
            }
            if (others > 0) {
                lines.add(others + " starts came another way than they should have, and are not counted.");
            }
            return lines;
        }
    }

    /** Runs so many rounds of each. */
    public Report run(int rounds) throws IOException {
        List<Double> bare = new ArrayList<>();
        List<Double> prewarmed = new ArrayList<>();
        List<Double> codeThere = new ArrayList<>();
        List<Double> cold = new ArrayList<>();
        int others = 0;
        try (BareDocker docker = new BareDocker(image)) {
            for (int round = -WARM_UP; round < rounds; round++) {
                boolean counts = round >= 0;
                String id = "bench-" + (round + WARM_UP);
                subject.awaitPrewarmed();
                double bareMs = docker.createAndStartMs();
                bare.addAll(counts ? List.of(bareMs) : List.of());
                others += start(id + "a", id, true, "prewarmed", counts ? prewarmed : new ArrayList<>());
                others += start(id + "b", id, true, "prewarmed", counts ? codeThere : new ArrayList<>());
                others += start(id + "c", id + "c", false, "cold", counts ? cold : new ArrayList<>());
                for (String name : List.of(id + "a", id + "b", id + "c")) {
                    subject.delete(name);
                }
            }
        }
        for (List<Double> series : List.of(prewarmed, codeThere, cold)) {
            if (series.isEmpty()) {
                series.addAll(Collections.singletonList(Double.NaN));
            }
        }
        return new Report(
                new Series("bare Docker, create + start", bare),
                new Series("prewarmed, dispatch received -> handler called", prewarmed),
                new Series("  the same with the package there", codeThere),
                new Series("cold, dispatch received -> handler called", cold),
                others);
    }

    private int start(String name, String packageId, boolean prewarmable, String path, List<Double> times) {
        subject.deploy(name, packageId, prewarmable);
        subject.awaitPrewarmed();
        StartSubject.Start start = subject.invoke(name);
        if (!start.path().equals(path)) {
            return 1;
        }
        times.add(start.ms());
        return 0;
    }
}
