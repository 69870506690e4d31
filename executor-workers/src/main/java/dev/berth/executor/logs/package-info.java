/**
 * What containers print, on its way to the logs topic.
 *
 * <p>In come the logs of containers; out go records, cut at the ends of lines and of invocations. Decides: where to cut, how
 * much a container may print, and what is dropped when the broker is out of reach. All of it off the way of an invocation.
 */
package dev.berth.executor.logs;
