/**
 * Figures on the last minutes, for those who look on.
 *
 * <p>In come invocations, how they ended, and the lives of containers; out go counts and times in buckets of seconds, the most used
 * keys, what is unfinished, and the latest of each. Pure: knows no topic, no clock, no HTTP; one thread at a time.
 */
package dev.berth.gateway.live.core;
