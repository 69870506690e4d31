/**
 * Decides where each invocation runs. Pure: state, event and time in, actions out.
 *
 * <p>In come {@link dev.berth.router.core.RouterEvent}s; out go {@link dev.berth.router.core.RouterAction}s, which the shell
 * in {@code streams} carries out. {@link dev.berth.router.core.Placement} is the rule by which it places today ({@code affinity}
 * holds the one that is to follow); {@link dev.berth.router.core.RouterCore} keeps pins, what is in flight and what is done. No Kafka, no clock, no threads, and every
 * iteration in a defined order, so that the same events give the same actions anywhere.
 */
package dev.berth.router.core;
