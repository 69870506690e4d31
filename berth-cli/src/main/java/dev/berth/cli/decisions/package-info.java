/**
 * The decision log, as the commands need it.
 *
 * <p>In comes a stretch of the log from a gateway; out goes whether the router's rule would decide so again, and whether the
 * attempts of each invocation follow one another. Decides what counts as a difference, and as a break.
 */
package dev.berth.cli.decisions;
