/**
 * How reports on what invocations came to are read.
 *
 * <p>In comes a stretch of time, out go the tenant's outcomes that were written in it, one by one, to whoever reports on them.
 * Decides how many requests read at a time, and for how long at most.
 */
package dev.berth.gateway.outcomes;
