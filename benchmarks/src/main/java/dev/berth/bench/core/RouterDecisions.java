package dev.berth.bench.core;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The router's core: an invocation placed and its result taken in, of a key that was not used for long, as nearly all are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RouterDecisions {
    @Param("1000000")
    public int keys;

    @Param("1000")
    public int instances;

    private RoutedFleet fleet;

    @Setup
    public void fill() {
        fleet = new RoutedFleet(keys, instances);
    }

    @Benchmark
    public String decide() {
        return fleet.decide();
    }
}
