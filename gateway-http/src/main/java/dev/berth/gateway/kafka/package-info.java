/**
 * The gateway's side of Kafka: views of topics, the producer of invocations, the consumer of replies.
 *
 * <p>In come records; out go tables to look into, and results for those who wait. Each consumer has one thread of its own,
 * named; the event loop is never blocked by Kafka. Decides: where reading begins, and what a record that cannot be read does to
 * a view (it is passed over, and said once).
 */
package dev.berth.gateway.kafka;
