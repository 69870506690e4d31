package dev.berth.gateway.http;

/**
 * A route and what it does.
 *
 * @param method of HTTP
 * @param path with its parameters as {@code :name}
 * @param name such as {@code lambda:InvokeFunction} or {@code berth:SubmitJob}: what policies and the API's description call it
 */
public record Operation(String method, String path, String name) {}
