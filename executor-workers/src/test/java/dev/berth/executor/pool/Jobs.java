package dev.berth.executor.pool;

/** Jobs for tests: {@code job("7").key("LIS").memory(256)}. */
final class Jobs {
    private Jobs() {}

    static Job job(String id) {
        return new Job(new AttemptId(id, 1), new FunctionKey("t", "f", 1), null, null, false, 100, false, 0, 3_000, 10);
    }

    static Job keyed(String id, String key) {
        return with(job(id), key, null, false, false);
    }

    static Job exclusive(String id, String key) {
        return with(job(id), key, null, false, true);
    }

    static Job hinted(String id, String key, String container) {
        return with(job(id), key, container, false, false);
    }

    static Job of(FunctionKey function, Job job) {
        return new Job(
                job.id(),
                function,
                job.routingValue(),
                job.containerHint(),
                job.replaced(),
                job.memoryMb(),
                job.exclusive(),
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }

    static Job due(long deadlineMs, Job job) {
        return new Job(
                job.id(),
                job.function(),
                job.routingValue(),
                job.containerHint(),
                job.replaced(),
                job.memoryMb(),
                job.exclusive(),
                deadlineMs,
                job.timeoutMs(),
                job.payloadBytes());
    }

    private static Job with(Job job, String key, String hint, boolean replaced, boolean exclusive) {
        return new Job(
                job.id(),
                job.function(),
                key,
                hint,
                replaced,
                job.memoryMb(),
                exclusive,
                job.deadlineMs(),
                job.timeoutMs(),
                job.payloadBytes());
    }
}
