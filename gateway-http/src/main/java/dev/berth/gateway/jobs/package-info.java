/**
 * Jobs: invocations that nobody waits for, with what became of them.
 *
 * <p>In come the records of {@code invocations} and {@code outcomes}, and HTTP requests to submit and to look; out go
 * invocations and answers. The view lies on disk under the gateway's data folder, next to the offsets it was read to, and can
 * be made anew from the topics at any time. Decides: what a job's status is called, and how long one is remembered.
 */
package dev.berth.gateway.jobs;
