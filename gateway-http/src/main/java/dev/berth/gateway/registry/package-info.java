/**
 * A schema registry over HTTP, for an installation that has no registry of its own.
 *
 * <p>In come requests of Confluent's REST API, the part of it that clients use; out go its answers. The decisions are in
 * {@code core}; here are the HTTP shell and the file that keeps ids stable across restarts, written before the answer goes out.
 */
package dev.berth.gateway.registry;
