package dev.berth.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.core.CoreBenchmarks;
import dev.berth.bench.core.ScaleSweep;
import dev.berth.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.openjdk.jmh.runner.RunnerException;

/**
 * The cores without Kafka, as lines to print.
 *
 * @param quick for a look, rather than to compare
 * @param json whether the lines are one line of JSON
 * @param progress told what is being measured
 */
public record CoreBench(boolean quick, boolean json, Consumer<String> progress) {
    private static final long QUICK_MS = 200;
    private static final long USUAL_MS = 2_000;

    /** With JMH, those whose names match; empty for all. */
    public List<String> jmh(String pattern) throws RunnerException {
        List<CoreBenchmarks.Score> scores = CoreBenchmarks.run(pattern, quick);
        if (!json) {
            return scores.stream().map(CoreBenchmarks.Score::line).toList();
        }
        ObjectNode figures = Json.object();
        var shown = figures.putArray("cores");
        scores.forEach(score -> shown.addObject()
                .put("name", score.name())
                .put("value", score.value())
                .put("unit", score.unit()));
        return List.of(Json.line(figures));
    }

    /** The router's core with more and more keys and instances. */
    public List<String> scale() {
        List<Integer> keys = quick ? List.of(1_000, 1_000_000) : List.of(1_000, 10_000, 100_000, 1_000_000, 10_000_000);
        List<Integer> instances = quick ? List.of(10, 1_000) : List.of(10, 100, 1_000, 10_000);
        List<ScaleSweep.Point> points = ScaleSweep.run(keys, instances, quick ? QUICK_MS : USUAL_MS, progress);
        if (json) {
            ObjectNode figures = Json.object();
            var shown = figures.putArray("scale");
            points.forEach(point -> shown.addObject()
                    .put("keys", point.keys())
                    .put("instances", point.instances())
                    .put("decisionNs", point.decisionNs())
                    .put("perSecond", point.perSecond())
                    .put("bytesPerKey", point.bytesPerKey()));
            return List.of(Json.line(figures));
        }
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%12s %10s %14s %14s %12s",
                "keys",
                "instances",
                "ns/decision",
                "decisions/s",
                "bytes/key"));
        points.forEach(point -> lines.add(String.format(
                Locale.ROOT,
                "%,12d %,10d %,14.0f %,14.0f %,12.0f",
                point.keys(),
                point.instances(),
                point.decisionNs(),
                point.perSecond(),
                point.bytesPerKey())));
        return lines;
    }
}
