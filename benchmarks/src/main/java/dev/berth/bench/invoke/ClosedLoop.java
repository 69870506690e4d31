package dev.berth.bench.invoke;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** So many clients, each of which calls again as soon as it has its answer. */
final class ClosedLoop {
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int DIGITS = 3;

    private ClosedLoop() {}

    /**
     * What came of it.
     *
     * @param latencies in nanoseconds, one for each call
     * @param perSecond calls that were answered
     * @param cpuNs that this process and its children took for each call: clients, broker, all of Berth and its containers
     * @param diskBytes that were written for each call
     */
    record Run(Histogram latencies, double perSecond, double cpuNs, double diskBytes) {}

    /**
     * Runs.
     *
     * @throws Exception what a call ended with, if one failed
     */
    static Run run(Way way, int clients, long durationMs, Meter meter) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            Meter.Reading before = meter.read();
            long startNs = System.nanoTime();
            long untilNs = startNs + TimeUnit.MILLISECONDS.toNanos(durationMs);
            List<Future<Histogram>> parts = new ArrayList<>();
            for (int number = 0; number < clients; number++) {
                int client = number;
                parts.add(threads.submit(() -> calls(way, client, untilNs)));
            }
            Histogram all = new Histogram(LONGEST_NS, DIGITS);
            for (Future<Histogram> part : parts) {
                all.add(part.get());
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            Meter.Reading taken = meter.read().since(before);
            double calls = Math.max(1, all.getTotalCount());
            return new Run(all, all.getTotalCount() / seconds, taken.cpuNs() / calls, taken.diskBytes() / calls);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Histogram calls(Way way, int number, long untilNs) throws Exception {
        Histogram latencies = new Histogram(LONGEST_NS, DIGITS);
        try (Way.Client client = way.client(number)) {
            long before = System.nanoTime();
            while (before < untilNs) {
                client.call();
                long after = System.nanoTime();
                latencies.recordValue(Math.min(LONGEST_NS, after - before));
                before = after;
            }
        }
        return latencies;
    }
}
