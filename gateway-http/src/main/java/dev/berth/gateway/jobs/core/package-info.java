/**
 * What is known of a job, and how it grows with each record about it.
 *
 * <p>In come invocations, what routers keep of them, and outcomes; out go {@link dev.berth.schemas.JobRecord}s. Pure: knows no topic and
 * no clock.
 */
package dev.berth.gateway.jobs.core;
