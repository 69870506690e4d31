package dev.berth.executor.pool;

/**
 * What a pool is busy with.
 *
 * @param running attempts in a container
 * @param queued attempts that wait
 * @param queuedBytes payload of those that wait
 * @param containers in whatever state
 * @param usedMemoryMb memory of those containers
 * @param idleMemoryMb the part of it that idle containers without queue hold
 */
public record PoolLoad(int running, int queued, long queuedBytes, int containers, int usedMemoryMb, int idleMemoryMb) {}
