/**
 * Tells the endings of asynchronous invocations to the destinations of their functions. Outcomes come in, JSON records on topics and
 * further invocations go out; what cannot be told becomes a dead letter.
 */
package dev.berth.triggers.destinations;
