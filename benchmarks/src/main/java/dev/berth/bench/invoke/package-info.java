/**
 * Synchronous calls, measured side by side in one run: over HTTP, straight to Kafka, and over three bare hops of Kafka.
 *
 * <p>In come ways to make a call, numbers of clients and times; out go latencies and throughput of each way, round by round, and
 * their medians. Decides: the order of the rounds and what counts as one. Knows Kafka and the gateway's address, not who started
 * them.
 */
package dev.berth.bench.invoke;
