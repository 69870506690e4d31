package dev.berth.gateway.registry.core;

/**
 * What the registry says.
 *
 * @param status of HTTP
 * @param body a value that JSON can carry: a map, list or scalar
 */
public record RegistryAnswer(int status, Object body) {}
