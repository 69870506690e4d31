/**
 * What a gateway counts, and the page on which Prometheus reads it.
 *
 * <p>In come ends of requests, on the event loop, and the tables of fleet, triggers and replays when somebody asks; out goes Prometheus'
 * text. Decides what a request counts as.
 */
package dev.berth.gateway.metrics;
