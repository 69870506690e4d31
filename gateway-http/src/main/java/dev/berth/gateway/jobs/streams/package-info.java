/**
 * The jobs view as a Kafka Streams application, which all gateways run together: each partition of invocations belongs to one of them.
 *
 * <p>In come {@code invocations}, the router's in-flight changelog and {@code outcomes}, co-partitioned; out goes one record for each
 * change of a job, to the changelog of the view's store. Each gateway follows that changelog into its own copy
 * ({@link dev.berth.gateway.jobs.JobView}), from which it answers. So payloads are read once and not by each gateway, and an answer
 * needs no other gateway.
 */
package dev.berth.gateway.jobs.streams;
