package dev.berth.executor.pool;

/**
 * What a pool is busy with. What runs and what is queued are together what it has been given and not ended.
 *
 * @param running slots taken: attempts in a container, and containers on their way
 * @param queued attempts that wait, and that no container is on its way for
 * @param queuedBytes payload of all that wait
 * @param containers in whatever state
 * @param usedMemoryMb memory of all containers, those that are planned included and those that are leaving not
 * @param idleMemoryMb the part of it that is to be had by removing idle containers that nobody waits for
 */
public record PoolLoad(int running, int queued, long queuedBytes, int containers, int usedMemoryMb, int idleMemoryMb) {}
