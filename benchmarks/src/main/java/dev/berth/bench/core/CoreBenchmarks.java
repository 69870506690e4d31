package dev.berth.bench.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks of this package with JMH, each in a process of its own. */
public final class CoreBenchmarks {
    private CoreBenchmarks() {}

    /**
     * A figure.
     *
     * @param name of the benchmark and its parameters
     * @param error half of what holds the mean with 99.9 %; NaN if there were too few rounds to say
     * @param unit ops/s or ns/op
     */
    public record Score(String name, double value, double error, String unit) {
        /** For a terminal. */
        public String line() {
            String spread = Double.isNaN(error) ? "" : String.format(Locale.ROOT, " +- %,.0f", error);
            return String.format(Locale.ROOT, "%-60s %,14.0f%s %s", name, value, spread, unit);
        }
    }

    /**
     * Runs those whose names match.
     *
     * @param pattern a regular expression; empty for all
     * @param quick some seconds each, for a look; else long enough to compare
     */
    public static List<Score> run(String pattern, boolean quick) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(CoreBenchmarks.class.getPackageName().replace(".", "\\.") + "\\..*" + pattern)
                .shouldFailOnError(true)
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? 2 : 4)
                .warmupTime(TimeValue.seconds(quick ? 1 : 2))
                .measurementIterations(quick ? 2 : 5)
                .measurementTime(TimeValue.seconds(quick ? 1 : 2))
                .jvmArgs("-Xmx2g", "-XX:+UseSerialGC");
        Collection<RunResult> results = new Runner(options.build()).run();
        List<Score> scores = new ArrayList<>();
        for (RunResult one : results) {
            Result<?> primary = one.getPrimaryResult();
            StringBuilder name = new StringBuilder(one.getParams().getBenchmark());
            name.delete(0, CoreBenchmarks.class.getPackageName().length() + 1);
            one.getParams()
                    .getParamsKeys()
                    .forEach(key -> name.append(' ')
                            .append(key)
                            .append('=')
                            .append(one.getParams().getParam(key)));
            scores.add(new Score(name.toString(), primary.getScore(), primary.getScoreError(), primary.getScoreUnit()));
        }
        return scores;
    }
}
