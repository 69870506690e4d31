/**
 * {@code GET /logs}: what containers printed, from the logs topic, and what they print as it comes.
 *
 * <p>In comes a question of a tenant; out goes a stream of lines. Decides how far back a reading starts, when it ends, and how
 * many there are at a time. Each reading has a consumer of its own, which ends with its client.
 */
package dev.berth.gateway.logs;
