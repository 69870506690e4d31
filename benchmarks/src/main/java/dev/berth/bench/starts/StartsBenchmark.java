package dev.berth.bench.starts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures starts, in turn: the engine's own create + start, where there is one; a function's first start in a prewarmed
 * container, its package not on the instance yet; a warm start; the same as the first with the package there; and a cold start.
 * The aim: what a prewarmed start takes is a tenth of what the engine alone takes for a new container, at the median.
 */
public final class StartsBenchmark {
    private final StartSubject subject;
    private final String containers;
    private final Optional<String> image;

    /** A way to start. */
    public enum Kind {
        BARE("bare Docker, create + start"),
        PREWARMED("prewarmed"),
        CODE_THERE("prewarmed, package there"),
        WARM("warm"),
        COLD("cold");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * How often.
     *
     * @param warmUp rounds that do not count: they load classes, here and in the engine's client
     */
    public record Plan(int warmUp, int rounds, List<Kind> kinds) {
        /** Some seconds. */
        public static Plan quick() {
            return new Plan(1, 3, List.of(Kind.BARE, Kind.PREWARMED, Kind.WARM, Kind.COLD));
        }

        /** A minute. */
        public static Plan usual() {
            return new Plan(2, 20, List.of(Kind.values()));
        }
    }

    /**
     * @param containers what the subject's functions run in, in words
     * @param image of the engine, that they are made of; empty if there is no engine below them
     */
    public StartsBenchmark(StartSubject subject, String containers, Optional<String> image) {
        this.subject = subject;
        this.containers = containers;
        this.image = image;
    }

    /** The times of one way to start, in milliseconds, from the executor's receipt of the dispatch to the call of the handler. */
    public record Series(Kind kind, List<Double> ms) {
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
    public record Report(String containers, List<Series> series, int others) {
        /** The median of one way to start, as part of another's; empty if one of them was not measured. */
        public Optional<Double> ratio(Kind of, Kind to) {
            return find(of).flatMap(one -> find(to).map(other -> one.quantile(0.5) / other.quantile(0.5)));
        }

        private Optional<Series> find(Kind kind) {
            return series.stream().filter(one -> one.kind() == kind).findFirst();
        }
    }

    /** Measures. */
    public Report run(Plan plan) throws IOException {
        Map<Kind, List<Double>> times = new EnumMap<>(Kind.class);
        plan.kinds().forEach(kind -> times.put(kind, new ArrayList<>()));
        int others = 0;
        try (BareDocker docker = image.isPresent() ? new BareDocker(image.get()) : null) {
            for (int round = -plan.warmUp(); round < plan.rounds(); round++) {
                if (round == 0) {
                    times.values().forEach(List::clear);
                }
                others += round(containers + "-" + (round + plan.warmUp()), docker, times);
            }
        }
        List<Series> series = times.entrySet().stream()
                .filter(one -> !one.getValue().isEmpty())
                .map(one -> new Series(one.getKey(), one.getValue()))
                .toList();
        return new Report(containers, series, others);
    }

    private int round(String id, BareDocker docker, Map<Kind, List<Double>> times) {
        subject.deploy(id + "a", id, true);
        subject.deploy(id + "c", id + "c", false);
        subject.awaitPrewarmed();
        if (docker != null && times.containsKey(Kind.BARE)) {
            times.get(Kind.BARE).add(docker.createAndStartMs());
        }
        int others = start(id + "a", Kind.PREWARMED, times);
        others += start(id + "a", Kind.WARM, times);
        if (times.containsKey(Kind.CODE_THERE)) {
            subject.deploy(id + "b", id, true);
            subject.awaitPrewarmed();
            others += start(id + "b", Kind.CODE_THERE, times);
            subject.delete(id + "b");
        }
        // Not beside the start of the container that is to be prewarmed next.
        subject.awaitPrewarmed();
        others += start(id + "c", Kind.COLD, times);
        subject.delete(id + "a");
        subject.delete(id + "c");
        return others;
    }

    private int start(String name, Kind kind, Map<Kind, List<Double>> times) {
        StartSubject.Start start = subject.invoke(name);
        String path = kind == Kind.CODE_THERE ? Kind.PREWARMED.words() : kind.words();
        if (!start.path().equals(path)) {
            return 1;
        }
        times.get(kind).add(start.ms());
        return 0;
    }
}
