package dev.berth.executor.pool;

/** How many containers without code of one configuration are ready, and how many are on their way. */
public record PrewarmedCount(String runtime, int memoryMb, int ready, int underway) {}
