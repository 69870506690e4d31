package dev.berth.executor.pool;

/**
 * A job that has been accepted and does not run yet.
 *
 * @param sequence order of arrival in this pool
 * @param sinceMs when it began to wait where it waits
 * @param replaced its container is gone, so another is told as a replacement
 * @param moves how often a container went away under it
 */
record Waiting(Job job, long sequence, long sinceMs, boolean replaced, int moves) {
    Waiting moved(long nowMs) {
        return new Waiting(job, sequence, nowMs, true, moves + 1);
    }
}
