/**
 * AWS Lambda's API as values: names and ARNs, requests, the shapes of functions, the headers of an invocation's answer.
 *
 * <p>In come names, headers and JSON bodies; out go checked requests, changed {@link dev.berth.schemas.FunctionSpec}s and
 * answers. Decides: what is valid, how a function changes, which status a result gets. Pure.
 */
package dev.berth.gateway.lambda.core;
