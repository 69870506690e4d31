package dev.berth.executor.pool;

/** How many containers of a revision wait for work, and how many run or start. */
public record WarmSet(FunctionKey function, int idle, int busy) {}
