/**
 * The Kafka Streams shell of the router: records in, {@link dev.berth.router.core.RouterEvent}s to the core, its actions out
 * as records.
 *
 * <p>{@link dev.berth.router.streams.RouterTopology} names sources, stores and sinks; {@link
 * dev.berth.router.streams.RouterProcessor} is the loop; {@link dev.berth.router.streams.SharedTables} are the functions and
 * instances that every task reads. Decides nothing about placement.
 */
package dev.berth.router.streams;
