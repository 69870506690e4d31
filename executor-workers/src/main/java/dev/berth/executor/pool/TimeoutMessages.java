package dev.berth.executor.pool;

import java.util.Locale;

/** What is said when a time is over, in Lambda's words where Lambda has some. */
final class TimeoutMessages {
    private TimeoutMessages() {}

    static Ending.TimedOut function(Job job) {
        return new Ending.TimedOut(
                "Sandbox.Timedout",
                String.format(
                        Locale.ROOT,
                        "RequestId: %s Error: Task timed out after %.2f seconds",
                        job.id().invocationId(),
                        job.timeoutMs() / 1000.0));
    }

    static Ending.TimedOut deadline(Waiting waiting, long nowMs) {
        return new Ending.TimedOut(
                "DeadlineExceeded",
                "The invocation's deadline passed while it waited for a container (" + (nowMs - waiting.sinceMs)
                        + " ms on this instance). It did not run.");
    }

    static Ending.InitFailed init(long limitMs) {
        return new Ending.InitFailed(
                "Runtime.InitTimeout",
                "The container did not ask for work within " + limitMs
                        + " ms of its start. Does the code do long work while it is loaded?");
    }

    static Ending.InitFailed create(long limitMs) {
        return new Ending.InitFailed(
                "Runtime.CreateTimeout", "The container could not be created within " + limitMs + " ms.");
    }
}
