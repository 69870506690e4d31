package dev.berth.gateway.auth.core;

/**
 * Who is calling, once that is proven.
 *
 * @param keyId the key that proved it
 * @param tenant whom the key belongs to
 */
public record Caller(String keyId, String tenant) {}
