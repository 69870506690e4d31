/**
 * Triggers at work: a consumer group for each, whose records become invocations, and offsets that are committed behind finished work.
 * A worker's thread feeds what it hears to {@code core.TriggerCore} and carries out what that answers; one more thread reads outcomes for
 * all workers.
 */
package dev.berth.triggers.engine;
