package dev.berth.gateway.auth.core;

/**
 * What a request is about.
 *
 * @param tenant whose it is: as the request names it, else the caller's own
 * @param path of the request, with the names of functions, jobs or pins in it
 */
public record Resource(String tenant, String path) {}
