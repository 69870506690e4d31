package dev.berth.bench.core;

import dev.berth.executor.pool.AttemptId;
import dev.berth.executor.pool.ContainerKind;
import dev.berth.executor.pool.Forecast;
import dev.berth.executor.pool.FunctionKey;
import dev.berth.executor.pool.Job;
import dev.berth.executor.pool.Order;
import dev.berth.executor.pool.Pool;
import dev.berth.executor.pool.PoolAction;
import dev.berth.executor.pool.PoolEvent;
import dev.berth.executor.pool.PoolLimits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An instance's pool: a dispatch given to a warm container, and its end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PoolDecisions {
    private static final int MEMORY_MB = 128;
    private static final int TIMEOUT_MS = 30_000;

    @Param({"16", "1024"})
    public int containers;

    private Pool pool;
    private long jobs;
    private long nowMs = 1_700_000_000_000L;

    /** Starts a container for each key. */
    @Setup
    public void fill() {
        pool = new Pool(PoolLimits.of(containers, containers * MEMORY_MB), "instance-1-k3x9");
        String[] started = new String[containers];
        for (int key = 0; key < containers; key++) {
            for (PoolAction action : pool.on(new PoolEvent.Dispatched(job(key, jobs++)), nowMs)) {
                if (action instanceof PoolAction.Start start) {
                    started[key] = start.containerId();
                }
            }
        }
        for (String container : started) {
            pool.on(new PoolEvent.ContainerLaunched(container), nowMs);
            for (PoolAction action : pool.on(new PoolEvent.ContainerReady(container), nowMs)) {
                if (action instanceof PoolAction.Run run) {
                    pool.on(new PoolEvent.InvocationEnded(container, run.job().id()), nowMs);
                }
            }
        }
    }

    /** One of them. */
    @Benchmark
    public Object dispatchAndEnd() {
        long number = jobs++;
        nowMs += number % 100 == 0 ? 1 : 0;
        for (PoolAction action : pool.on(new PoolEvent.Dispatched(job((int) (number % containers), number)), nowMs)) {
            if (action instanceof PoolAction.Run run) {
                return pool.on(
                        new PoolEvent.InvocationEnded(
                                run.containerId(), run.job().id()),
                        nowMs);
            }
        }
        throw new IllegalStateException("Job " + number + " was not given to a container");
    }

    private static Job job(int key, long number) {
        FunctionKey function = new FunctionKey("t", "function", 1);
        return new Job(
                new AttemptId("invocation-" + number, 1),
                new ContainerKind(function, MEMORY_MB, false),
                "customer-" + key,
                Order.ANY,
                Forecast.UNKNOWN,
                null,
                0,
                TIMEOUT_MS,
                100);
    }
}
