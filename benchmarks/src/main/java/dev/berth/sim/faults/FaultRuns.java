package dev.berth.sim.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Many seeds, on all processors: seeds share nothing. */
public final class FaultRuns {
    private static final int MOST_REPORTS = 3;

    private final long firstSeed;
    private final int seeds;
    private final Tally tally = new Tally();
    private final List<SeedRun> broken = new ArrayList<>();
    private final AtomicLong done = new AtomicLong();
    private double seconds;

    /** Seeds {@code firstSeed} and the ones after it. */
    public FaultRuns(long firstSeed, int seeds) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
    }

    /**
     * Runs them.
     *
     * @param progress is told now and then how it goes; null if nobody wants to know
     * @return how many broke a promise
     */
    public int run(PrintWriter progress) {
        long startNs = System.nanoTime();
        int threads = Math.max(1, Math.min(seeds, Runtime.getRuntime().availableProcessors()));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            AtomicLong next = new AtomicLong(firstSeed);
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(() -> work(next, progress, startNs)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The simulation itself broke: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
        seconds = (System.nanoTime() - startNs) / 1e9;
        broken.sort((a, b) -> Long.compare(a.seed(), b.seed()));
        return broken.size();
    }

    /** For people: the first broken promises in full, and what ran. */
    public void print(PrintWriter out) {
        broken.stream().limit(MOST_REPORTS).forEach(run -> out.println(run.report() + System.lineSeparator()));
        if (broken.size() > MOST_REPORTS) {
            out.println("Further seeds that broke a promise:");
            for (SeedRun run : broken.subList(MOST_REPORTS, Math.min(broken.size(), 20))) {
                out.println("  " + run.seed() + ": " + run.promise().words());
            }
        }
        out.printf(
                Locale.ROOT,
                "%,d seeds in %.1f s: %,d invocations, %,d executions, %,d refused, %,d delayed, %,d cancelled; %,d zombie executions, %,d forgotten"
                        + " dispatches and %,d outcomes, %,d ordered keys excused for them.%n",
                seeds,
                seconds,
                tally.invocations,
                tally.executions,
                tally.rejections,
                tally.delayed,
                tally.cancelled,
                tally.zombieExecutions,
                tally.forgottenDispatches,
                tally.forgottenOutcomes,
                tally.excusedKeys);
        out.println("Faults:");
        tally.faults().forEach((fault, times) -> out.printf(Locale.ROOT, "  %-22s %,12d%n", fault.word(), times));
        out.println(
                broken.isEmpty()
                        ? "Every promise was kept."
                        : "Promises were broken by " + broken.size() + " of " + seeds + " seeds.");
    }

    /** For machines: one JSON object. */
    public void printJson(PrintWriter out) throws JsonProcessingException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("firstSeed", firstSeed);
        fields.put("seeds", seeds);
        fields.put("seconds", seconds);
        fields.put("invocations", tally.invocations);
        fields.put("executions", tally.executions);
        fields.put("rejections", tally.rejections);
        fields.put("delayed", tally.delayed);
        fields.put("cancelled", tally.cancelled);
        fields.put("zombieExecutions", tally.zombieExecutions);
        fields.put("forgottenDispatches", tally.forgottenDispatches);
        fields.put("forgottenOutcomes", tally.forgottenOutcomes);
        fields.put("excusedKeys", tally.excusedKeys);
        Map<String, Long> faults = new LinkedHashMap<>();
        tally.faults().forEach((fault, times) -> faults.put(fault.word(), times));
        fields.put("faults", faults);
        List<Map<String, Object>> violations = new ArrayList<>();
        for (SeedRun run : broken) {
            Map<String, Object> violation = new LinkedHashMap<>();
            violation.put("seed", run.seed());
            violation.put("promise", run.promise().words());
            violation.put("message", run.message());
            violation.put("events", run.story());
            violation.put("again", "./berth sim --faults --seed " + run.seed());
            violations.add(violation);
        }
        fields.put("violations", violations);
        out.println(new ObjectMapper().writeValueAsString(fields));
    }

    private void work(AtomicLong next, PrintWriter progress, long startNs) {
        for (long seed = next.getAndIncrement(); seed < firstSeed + seeds; seed = next.getAndIncrement()) {
            SeedRun run = SeedRun.of(seed);
            synchronized (this) {
                tally.add(run.tally());
                if (!run.held()) {
                    broken.add(run);
                }
                long finished = done.incrementAndGet();
                if (progress != null && finished % Math.max(1, seeds / 50) == 0) {
                    progress.printf(
                            Locale.ROOT,
                            "%,d of %,d seeds, %d broken, %.0f s%n",
                            finished,
                            seeds,
                            broken.size(),
                            (System.nanoTime() - startNs) / 1e9);
                    progress.flush();
                }
            }
        }
    }
}
