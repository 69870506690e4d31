package dev.berth.bench.invoke;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * Measures ways to make a call beside one another: for each number of clients all are warmed up, then run in turn, round after
 * round, so that what the machine does meanwhile meets each alike. What is reported is the median of the rounds.
 */
public final class InvokeBenchmark {
    private static final double NS_PER_US = 1e3;

    private final List<Way> ways;
    private final Plan plan;

    /**
     * How long.
     *
     * @param clients how many at a time, one measurement for each
     * @param warmUpMs of each way before the rounds of a number of clients
     * @param roundMs of each way in each round
     */
    public record Plan(List<Integer> clients, int rounds, long warmUpMs, long roundMs) {
        /** Half a minute. */
        public static Plan quick() {
            return new Plan(List.of(1, 8, 64), 3, 1_500, 1_000);
        }

        /** Some four minutes. */
        public static Plan usual() {
            return new Plan(List.of(1, 4, 16, 64), 6, 4_000, 3_000);
        }

        /** The same with other numbers of clients. */
        public Plan with(List<Integer> others) {
            return new Plan(others, rounds, warmUpMs, roundMs);
        }
    }

    /**
     * One way with one number of clients: medians over the rounds.
     *
     * @param p99CorrectedUs with what a slow answer kept its client from asking counted as well (coordinated omission)
     * @param cpuUs that this process took for each call, which other load on the machine does not change much
     * @param spreadUs between the lowest and the highest p50 of a round
     */
    public record Row(
            String way,
            int clients,
            double p50Us,
            double p99Us,
            double p99CorrectedUs,
            double perSecond,
            double cpuUs,
            double spreadUs) {}

    private record Round(double p50Us, double p99Us, double p99CorrectedUs, double perSecond, double cpuUs) {
        static Round of(ClosedLoop.Run run) {
            Histogram raw = run.latencies();
            long p50 = raw.getValueAtPercentile(50);
            Histogram corrected = raw.copyCorrectedForCoordinatedOmission(Math.max(1, p50));
            return new Round(
                    p50 / NS_PER_US,
                    raw.getValueAtPercentile(99) / NS_PER_US,
                    corrected.getValueAtPercentile(99) / NS_PER_US,
                    run.perSecond(),
                    run.cpuNs() / NS_PER_US);
        }
    }

    /** @param ways measured in this order */
    public InvokeBenchmark(List<Way> ways, Plan plan) {
        this.ways = List.copyOf(ways);
        this.plan = plan;
    }

    /**
     * Measures all.
     *
     * @param progress told what is being done
     * @return a row for each number of clients and each way, in this order
     */
    public List<Row> run(Consumer<String> progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int clients : plan.clients()) {
            for (Way way : ways) {
                progress.accept("warming up: " + way.name() + ", " + clients + " at a time");
                ClosedLoop.run(way, clients, plan.warmUpMs());
            }
            List<List<Round>> rounds = new ArrayList<>();
            ways.forEach(way -> rounds.add(new ArrayList<>()));
            for (int round = 1; round <= plan.rounds(); round++) {
                progress.accept("round " + round + " of " + plan.rounds() + ", " + clients + " at a time");
                for (int turn = 0; turn < ways.size(); turn++) {
                    // Each begins in its turn: who comes after a heavy one finds what that left behind.
                    int i = (turn + round) % ways.size();
                    rounds.get(i).add(Round.of(ClosedLoop.run(ways.get(i), clients, plan.roundMs())));
                }
            }
            for (int i = 0; i < ways.size(); i++) {
                rows.add(row(ways.get(i).name(), clients, rounds.get(i)));
            }
        }
        return rows;
    }

    private static Row row(String way, int clients, List<Round> rounds) {
        double least = rounds.stream().mapToDouble(Round::p50Us).min().orElse(0);
        double most = rounds.stream().mapToDouble(Round::p50Us).max().orElse(0);
        return new Row(
                way,
                clients,
                median(rounds, Round::p50Us),
                median(rounds, Round::p99Us),
                median(rounds, Round::p99CorrectedUs),
                median(rounds, Round::perSecond),
                median(rounds, Round::cpuUs),
                most - least);
    }

    static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Rows as a table for people. */
    public static List<String> lines(List<Row> rows) {
        List<String> lines = new ArrayList<>();
        lines.add(line("way", "clients", "p50 us", "+-", "p99 us", "p99 corr.", "calls/s", "CPU us"));
        for (Row row : rows) {
            lines.add(line(
                    row.way(),
                    Integer.toString(row.clients()),
                    rounded(row.p50Us()),
                    rounded(row.spreadUs() / 2),
                    rounded(row.p99Us()),
                    rounded(row.p99CorrectedUs()),
                    rounded(row.perSecond()),
                    rounded(row.cpuUs())));
        }
        return lines;
    }

    private static String line(String way, String... figures) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-26s", way));
        for (String figure : figures) {
            line.append(String.format(Locale.ROOT, " %10s", figure));
        }
        return line.toString();
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value));
    }
}
