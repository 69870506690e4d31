/**
 * The routing simulator: a trace in, a table of what each routing rule and keep-alive policy makes of it out.
 *
 * <p>{@link dev.berth.sim.Simulation} is the loop in virtual time, {@link dev.berth.sim.Node} an instance, {@link
 * dev.berth.sim.Policies} the rules, {@link dev.berth.sim.KeepAlives} what is evicted. Berth's own rule and its view of the fleet
 * are the router's classes, not copies; the peers' rules are written from their papers and sources.
 */
package dev.berth.sim;
