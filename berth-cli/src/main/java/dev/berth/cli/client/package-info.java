/**
 * The gateway's HTTP API, as the commands need it.
 *
 * <p>In comes an address and what to ask; out comes JSON, or one {@link dev.berth.cli.text.Failure} that says what happened and
 * what to do. Decides nothing.
 */
package dev.berth.cli.client;
