/**
 * How things look on a terminal: tables, bars, numbers, JSON, and failures in one line.
 *
 * <p>In come values; out goes text. Decides widths and units. No I/O of its own.
 */
package dev.berth.cli.text;
