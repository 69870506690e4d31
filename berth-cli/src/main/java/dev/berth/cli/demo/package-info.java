/**
 * The demo: 20,000 real flights through a local Berth, measured from the topics.
 *
 * <p>In come flights and the outcomes read back from Kafka; out go live progress, a table, and a verdict. The tally and the
 * report are pure; {@code Demo} is the shell that publishes, reads and watches the clock.
 */
package dev.berth.cli.demo;
