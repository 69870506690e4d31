package dev.berth.executor.pool;

/** A job that has been accepted and does not run yet, or runs and may have to wait again. */
final class Waiting {
    final Job job;
    final Key key;
    /** Order of arrival in this pool. */
    final long sequence;

    /** Where it waits; null while it runs. */
    Line line;
    /** The container that is being started for it, whoever takes that in the end; null if none is. */
    Container own;
    /** When it began to wait. */
    long sinceMs;
    /** Its container is gone, so another is told as a replacement. */
    boolean replaced;
    /** How often a container went away under it before its code had it. */
    int moves;
    /** When it is handed back or given up; {@link Long#MAX_VALUE} for never. */
    long boundMs = Long.MAX_VALUE;

    Waiting(Job job, Key key, long sequence, long nowMs, boolean replaced) {
        this.job = job;
        this.key = key;
        this.sequence = sequence;
        this.sinceMs = nowMs;
        this.replaced = replaced;
    }

    /** Being started for is not waiting: only a busy instance is bounded by the router. */
    long patienceEndsMs() {
        long untilMs = own != null || job.order().waitUntilMs() <= 0
                ? Long.MAX_VALUE
                : job.order().waitUntilMs();
        return job.deadlineMs() > 0 ? Math.min(untilMs, job.deadlineMs()) : untilMs;
    }
}
