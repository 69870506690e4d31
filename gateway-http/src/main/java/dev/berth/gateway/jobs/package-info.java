/**
 * Jobs: invocations that nobody waits for, with what became of them.
 *
 * <p>In come the records of {@code invocations}, {@code outcomes} and {@code container-events}, and HTTP requests to submit, look,
 * cancel and watch; out go invocations, commands and answers. The view lies on disk under the gateway's data folder, next to the
 * offsets it was read to, and can be made anew from the topics at any time. Decides: what a job's status is called, and how long one
 * is remembered.
 *
 * <p>Ids are not divided by tenant below, so only tenant {@code default} may choose them ({@code id}); every tenant has idempotency
 * keys, from which ids are made that hold the tenant. {@code running} is known of what runs for a quarter of a second and more. What
 * waits for a place and what is on its way to a container are both {@code queued}: telling them apart would need a second reading of
 * every payload, from the dispatch topic.
 */
package dev.berth.gateway.jobs;
