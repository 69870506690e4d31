package dev.berth.executor.pool;

/**
 * An attempt that a container has been handed.
 *
 * @param endsMs when its time is over
 * @param unwanted it was cancelled, and runs on since others run in its container
 */
record Running(Waiting waiting, Reuse reuse, boolean firstOfKey, long endsMs, boolean unwanted) {
    Running cancelled() {
        return new Running(waiting, reuse, firstOfKey, endsMs, true);
    }

    Job job() {
        return waiting.job;
    }
}
