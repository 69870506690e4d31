/**
 * Does again what was done before: records of an event topic, past invocations, dead letters.
 *
 * <p>In come replays (topic {@code replays}) and the records that they name; out go invocations, records put back on their
 * topics, and how far each replay is ({@code replay-status}). Decides what is replayed, in what form and how fast; {@code core}
 * holds that, and knows nothing of Kafka. {@code ReplayWorker} carries it out, in one process at a time.
 */
package dev.berth.replay;
