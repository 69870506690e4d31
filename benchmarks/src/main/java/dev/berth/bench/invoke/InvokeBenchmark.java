package dev.berth.bench.invoke;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
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
    private final Meter meter;

    /**
     * How long.
     *
     * @param clients how many at a time, one measurement for each, in this order: many first, since they warm the machine's
     *     code up in the shortest time
     * @param warmUpMs of each way before the rounds of a number of clients
     * @param roundMs of each way in each round
     */
    public record Plan(List<Integer> clients, int rounds, long warmUpMs, long roundMs) {
        /** Half a minute. */
        public static Plan quick() {
            return new Plan(List.of(64, 1), 4, 1_000, 450);
        }

        /** Some five minutes. */
        public static Plan usual() {
            return new Plan(List.of(64, 256, 16, 1), 7, 4_000, 2_000);
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
     * @param cpuUs that this process and its children took for each call, which other load on the machine does not change much
     * @param diskBytes that were written for each call
     * @param p50SpreadUs between the lowest and the highest p50 of a round
     * @param perSecondSpread the same for calls a second
     */
    public record Row(
            String way,
            int clients,
            double p50Us,
            double p99Us,
            double p99CorrectedUs,
            double perSecond,
            double cpuUs,
            double diskBytes,
            double p50SpreadUs,
            double perSecondSpread) {}

    private record Round(
            double p50Us, double p99Us, double p99CorrectedUs, double perSecond, double cpuUs, double diskBytes) {
        static Round of(ClosedLoop.Run run) {
            Histogram raw = run.latencies();
            long p50 = raw.getValueAtPercentile(50);
            Histogram corrected = raw.copyCorrectedForCoordinatedOmission(Math.max(1, p50));
            return new Round(
                    p50 / NS_PER_US,
                    raw.getValueAtPercentile(99) / NS_PER_US,
                    corrected.getValueAtPercentile(99) / NS_PER_US,
                    run.perSecond(),
                    run.cpuNs() / NS_PER_US,
                    run.diskBytes());
        }
    }

    /** @param ways measured in this order */
    public InvokeBenchmark(List<Way> ways, Plan plan, Meter meter) {
        this.ways = List.copyOf(ways);
        this.plan = plan;
        this.meter = meter;
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
                ClosedLoop.run(way, clients, plan.warmUpMs(), meter);
            }
            List<List<Round>> rounds = new ArrayList<>();
            ways.forEach(way -> rounds.add(new ArrayList<>()));
            for (int round = 1; round <= plan.rounds(); round++) {
                progress.accept("round " + round + " of " + plan.rounds() + ", " + clients + " at a time");
                for (int turn = 0; turn < ways.size(); turn++) {
                    // Each begins in its turn: who comes after a heavy one finds what that left behind.
                    int i = (turn + round) % ways.size();
                    rounds.get(i).add(Round.of(ClosedLoop.run(ways.get(i), clients, plan.roundMs(), meter)));
                }
            }
            for (int i = 0; i < ways.size(); i++) {
                rows.add(row(ways.get(i).name(), clients, rounds.get(i)));
            }
        }
        return rows;
    }

    private static Row row(String way, int clients, List<Round> rounds) {
        return new Row(
                way,
                clients,
                median(rounds, Round::p50Us),
                median(rounds, Round::p99Us),
                median(rounds, Round::p99CorrectedUs),
                median(rounds, Round::perSecond),
                median(rounds, Round::cpuUs),
                median(rounds, Round::diskBytes),
                spread(rounds, Round::p50Us),
                spread(rounds, Round::perSecond));
    }

    private static double spread(List<Round> rounds, ToDoubleFunction<Round> figure) {
        DoubleSummaryStatistics all = rounds.stream().mapToDouble(figure).summaryStatistics();
        return all.getMax() - all.getMin();
    }

    static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
