/**
 * One instance of Berth: the shell around the {@link dev.berth.executor.pool pool}.
 *
 * <p>In come dispatches from its own partition, assignments from the fleet and functions; out go results, the instance's
 * status and the events of its containers. Decides nothing about containers: it brings the pool its events and carries out
 * its actions. Threads: one that owns the pool, one for the dispatch partition, one for fleet and functions, a few that start
 * and remove containers, and the Runtime API's event loop.
 */
package dev.berth.executor;
