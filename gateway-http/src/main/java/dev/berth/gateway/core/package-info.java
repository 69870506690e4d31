/**
 * What the front door says, as values: refusals and JSON.
 *
 * <p>In come reasons; out go {@link dev.berth.gateway.core.ApiError}s in the shape of AWS Lambda's errors, which Berth's own
 * resources use as well, so that a client needs one way of reading them. Pure.
 */
package dev.berth.gateway.core;
