/**
 * The report on starts.
 *
 * <p>In come HTTP requests for a stretch of time, out go figures on the outcomes that were written in it. Decides nothing: the
 * figures are made in {@code core}.
 */
package dev.berth.gateway.starts;
