/**
 * Who is calling, and what they may do, as values.
 *
 * <p>In come requests as they stood on the wire, keys and the time; out go callers, verdicts and refusals in AWS's words. Decides
 * whether a signature of AWS Signature Version 4 is right, and whether a secret is. Pure: no clock, no network, no file.
 */
package dev.berth.gateway.auth.core;
