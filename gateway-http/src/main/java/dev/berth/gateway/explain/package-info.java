/**
 * What would happen to an invocation now.
 *
 * <p>In comes an HTTP request that names a function and perhaps a routing value; out goes an invocation that is only to be
 * explained, and the router's decision comes back as it says it. Nothing runs, and no job is made. Decides nothing.
 */
package dev.berth.gateway.explain;
