/**
 * How fast containers start, beside the container engine alone, in one run.
 *
 * <p>In comes a running Berth behind {@link dev.berth.bench.starts.StartSubject}, out go the times of bare Docker, of starts in
 * prewarmed containers and of cold starts, taken in turn so that whatever else the machine does slows them all.
 */
package dev.berth.bench.starts;
