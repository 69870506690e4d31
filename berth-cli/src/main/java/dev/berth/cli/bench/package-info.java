/**
 * The benchmark of a whole Berth: starts one on an embedded broker, and has {@link dev.berth.bench} measure it there.
 *
 * <p>In come plans; out goes a {@link dev.berth.bench.report.BenchReport}. Decides what the function that does nothing is, and how
 * large the instance must be so that containers are not what limits it.
 */
package dev.berth.cli.bench;
