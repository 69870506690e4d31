/**
 * What a run of the benchmark found, and what it is worth.
 *
 * <p>In come the rows of {@link dev.berth.bench.invoke} and the series of {@link dev.berth.bench.starts}; out go ratios, which
 * goals they miss, and all of it as lines for a terminal, as JSON, as Markdown and as a picture. Decides what is a headline.
 */
package dev.berth.bench.report;
