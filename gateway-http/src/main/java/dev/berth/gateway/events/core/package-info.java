/**
 * Triggers, schedules and events as clients write them.
 *
 * <p>In come bodies of requests; out go the records that the component of triggers acts on, and JSON about them. Pure.
 */
package dev.berth.gateway.events.core;
