/**
 * What readers of logs get, without I/O: which chunks are wanted, and chunks as lines.
 *
 * <p>In come chunks of the logs topic; out go JSON objects, one a line. Decides how bytes become text.
 */
package dev.berth.gateway.logs.core;
