/**
 * Traces of invocations: the context that travels with them, and the spans that are made of what is known when they have ended.
 *
 * <p>In come the headers of invocations and the timings of results; out go spans, to a collector over OTLP or to the log. Decides the
 * ids of spans, which follow from the invocation, so that two processes agree on them and a span that is made twice is one.
 */
package dev.berth.telemetry.trace;
