package dev.berth.executor.pool;

/** How many containers of a revision wait for work, how many run some, and how many are on their way. */
public record WarmSet(FunctionKey function, int idle, int busy, int underway) {}
