/**
 * The OpenAPI 3.1 description of Berth's own resources.
 *
 * <p>In come the files {@code *.json} of this package's resources, one for each resource area; out goes one document. Lambda's API
 * is not described: AWS does that.
 */
package dev.berth.gateway.openapi;
