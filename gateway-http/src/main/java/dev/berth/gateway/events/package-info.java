/**
 * Triggers, schedules and webhooks over HTTP: requests come in, records on the topics of triggers and schedules and on users' topics
 * go out. What they do is the component of triggers' part.
 */
package dev.berth.gateway.events;
