/**
 * Pure decisions: which records of a source are done again and as what, how fast, how far that is, and how two results differ. Knows
 * no Kafka, no clock and no threads.
 */
package dev.berth.replay.core;
