/**
 * Jobs: invocations that nobody waits for, with what became of them.
 *
 * <p>In come the records of the jobs view, which all gateways keep together as a Kafka Streams application
 * ({@link dev.berth.gateway.jobs.streams}), those of {@code container-events}, and HTTP requests to submit, look, cancel and watch; out
 * go invocations, commands and answers. Each gateway answers from a copy of the view on disk under its data folder, next to the offsets
 * it was read to, which can be made anew at any time. Decides: what a job's status is called, and how long one is remembered.
 *
 * <p>Ids are not divided by tenant below, so only tenant {@code default} may choose them ({@code id}); every tenant has idempotency
 * keys, from which ids are made that hold the tenant. {@code dispatched} is what its router has sent to an instance; {@code running} is
 * known of what runs for a quarter of a second and more.
 */
package dev.berth.gateway.jobs;
