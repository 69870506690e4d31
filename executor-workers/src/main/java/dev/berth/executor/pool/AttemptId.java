package dev.berth.executor.pool;

/**
 * One attempt of an invocation: what an instance runs at most once.
 *
 * @param attempt 1 for the first
 */
public record AttemptId(String invocationId, int attempt) {}
