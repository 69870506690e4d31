/**
 * The control plane under faults, in virtual time: the router's, the fleet's and the executors' own cores, with everything
 * between them made of one random seed.
 *
 * <p>In: a seed. {@link dev.berth.sim.faults.World} draws a fleet, functions, keys, publishers and which {@link
 * dev.berth.sim.faults.Fault}s may strike; topics are FIFO logs with random delays; a router task that crashes comes back from
 * the start of its changelogs. Out: what ran and what struck, or the {@link dev.berth.sim.faults.Violation} of a promise that
 * {@link dev.berth.sim.faults.Oracle} watches. The same seed gives the same run.
 */
package dev.berth.sim.faults;
