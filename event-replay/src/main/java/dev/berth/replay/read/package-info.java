/**
 * Reads stretches of topics for replays: the source, the outcomes of the originals and of the replay, and the marks of dead letters
 * that were redriven. In come a replay and the topics; out go counts, endings and differences. Each reader is used by one thread.
 */
package dev.berth.replay.read;
