/**
 * What the pure cores cost: the router's and the pool's decisions, the coding of records, and the memory of a pin.
 *
 * <p>In come sizes (keys, instances, functions); out go times and bytes. JMH measures what is compared over time
 * ({@link dev.berth.bench.core.CoreBenchmarks}); {@link dev.berth.bench.core.ScaleSweep} measures how cost grows with size. Both need
 * neither Kafka nor containers.
 */
package dev.berth.bench.core;
