/**
 * Benchmarks of an instance's containers on a real engine, each with its baseline in the same run.
 *
 * <p>{@link dev.berth.bench.HandoverBenchmark} compares the way of an invocation through a warm container with a bare long poll;
 * {@link dev.berth.bench.IdleContainersBenchmark} asks what paused containers cost. Both run the handler {@code noop.c}.
 */
package dev.berth.bench;
