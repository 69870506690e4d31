package dev.berth.bench.report;

import dev.berth.bench.invoke.InvokeBenchmark.Row;
import dev.berth.bench.invoke.Way;
import dev.berth.bench.starts.StartsBenchmark;
import dev.berth.bench.starts.StartsBenchmark.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * All that one run measured.
 *
 * @param date of the run, ISO 8601
 * @param machine it ran on, in words
 * @param handler what the function that does nothing was made of
 * @param rows of calls
 * @param starts by what the containers were
 * @param unproved what could not be measured here, in words
 */
public record BenchReport(
        String date,
        String machine,
        String handler,
        List<Row> rows,
        List<StartsBenchmark.Report> starts,
        List<String> unproved) {
    /**
     * A headline.
     *
     * @param name as it stands in JSON
     * @param goal null if there is none
     * @param atMost whether the goal is an upper bound
     */
    public record Ratio(String name, String words, double value, Double goal, boolean atMost) {
        /** Whether it has a goal and is on the wrong side of it. */
        public boolean misses() {
            return goal != null && (atMost ? value > goal : value < goal);
        }
    }

    /** The headlines, of what was measured. */
    public List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        add(
                ratios,
                new Ratio("latencyRatioP50", "one in flight, p50: Berth / bare three hops", 0, 1.5, true),
                alone(Way.OVER_KAFKA, Way.THREE_HOPS, Row::p50Us));
        add(
                ratios,
                new Ratio("latencyRatioP99", "one in flight, p99: Berth / bare three hops", 0, 2.0, true),
                alone(Way.OVER_KAFKA, Way.THREE_HOPS, Row::p99CorrectedUs));
        add(
                ratios,
                new Ratio("throughputRatio", "calls a second at saturation: Berth / bare three hops", 0, 0.35, false),
                saturated(Way.OVER_KAFKA)
                        .flatMap(berth -> saturated(Way.THREE_HOPS).map(bare -> berth.perSecond() / bare.perSecond())));
        add(
                ratios,
                new Ratio("httpRatioP50", "one in flight, p50: Berth over HTTP / Berth over Kafka", 0, 1.2, true),
                alone(Way.OVER_HTTP, Way.OVER_KAFKA, Row::p50Us));
        add(
                ratios,
                new Ratio("prewarmedOverCold", "p50: prewarmed start / cold start", 0, null, true),
                bestProved().flatMap(report -> report.ratio(Kind.PREWARMED, Kind.COLD)));
        add(
                ratios,
                new Ratio(
                        "prewarmedOverBareDocker", "p50: prewarmed start / the engine's create + start", 0, 0.1, true),
                bestProved().flatMap(report -> report.ratio(Kind.PREWARMED, Kind.BARE)));
        return ratios;
    }

    private static void add(List<Ratio> ratios, Ratio what, Optional<Double> value) {
        value.ifPresent(known -> ratios.add(new Ratio(what.name(), what.words(), known, what.goal(), what.atMost())));
    }

    /** The row of a way where it carried the most. */
    Optional<Row> saturated(String way) {
        return rows(way).max(Comparator.comparingDouble(Row::perSecond));
    }

    /** The row of a way with the fewest at a time. */
    Optional<Row> alone(String way) {
        return rows(way).min(Comparator.comparingInt(Row::clients));
    }

    private Optional<Double> alone(String of, String to, ToDoubleFunction<Row> figure) {
        return alone(of)
                .flatMap(one -> alone(to).map(other -> figure.applyAsDouble(one) / figure.applyAsDouble(other)));
    }

    private Stream<Row> rows(String way) {
        return rows.stream().filter(row -> row.way().equals(way));
    }

    /** Starts in containers of an engine, if there is one; they come last. */
    private Optional<StartsBenchmark.Report> bestProved() {
        return starts.isEmpty() ? Optional.empty() : Optional.of(starts.get(starts.size() - 1));
    }
}
