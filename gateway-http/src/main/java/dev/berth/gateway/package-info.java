/**
 * The HTTP front door.
 *
 * <p>In come HTTP requests; out go invocations, function specs and code on topics, and answers from replies and views of
 * topics. {@link dev.berth.gateway.Gateway} opens the port at once, for health and the schema registry, and the rest when it is
 * connected to Kafka. Decides nothing of routing: it meets the router and the executors only on topics.
 */
package dev.berth.gateway;
