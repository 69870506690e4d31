/**
 * Lets callers in: with a signature of AWS's (Version 4) or an API key, and only to what is their tenant's.
 *
 * <p>In come requests, before anything else reads them; out go callers or refusals. Keys live in one file of the data directory,
 * which {@code berth keys} writes and the gateway reads again when it has changed. Decides nothing itself: see the core.
 */
package dev.berth.gateway.auth;
