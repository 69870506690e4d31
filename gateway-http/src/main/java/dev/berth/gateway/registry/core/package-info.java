/**
 * What a schema registry decides, as a function of its state and one request.
 *
 * <p>In come {@link dev.berth.gateway.registry.core.RegistryRequest}s; out go a new
 * {@link dev.berth.gateway.registry.core.RegistryState} and an answer in the words and error codes of Confluent's REST API.
 * Decides: ids, versions, compatibility. Reads no clock, no file, no network.
 */
package dev.berth.gateway.registry.core;
