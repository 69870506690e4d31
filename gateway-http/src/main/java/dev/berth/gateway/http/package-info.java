/**
 * What all resources share of HTTP: reading bodies within bounds, writing answers and refusals, who is calling.
 *
 * <p>In come Vert.x requests; out go bytes and tenants. Everything here runs on the gateway's one event loop and never blocks
 * it. Decides: how much may be in memory at a time, and when a slow sender is given up.
 */
package dev.berth.gateway.http;
