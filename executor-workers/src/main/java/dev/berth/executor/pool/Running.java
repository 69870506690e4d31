package dev.berth.executor.pool;

/**
 * An attempt that a container has been handed.
 *
 * @param endsMs when its time is over
 */
record Running(Waiting waiting, Reuse reuse, boolean firstOfKey, long endsMs) {
    Job job() {
        return waiting.job;
    }
}
