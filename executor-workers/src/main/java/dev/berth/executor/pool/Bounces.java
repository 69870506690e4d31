package dev.berth.executor.pool;

/** Why a job is handed back, in words. */
final class Bounces {
    static final Ending.Bounced DRAINING =
            unable("The instance is draining: it takes no more work, and hands back what had not started.");

    /** One answer whether the container never was, is gone, or is another's: it must not tell which. */
    static final Ending.Bounced GONE = new Ending.Bounced(
            Ending.Why.GONE,
            "The container that the invocation has to run in is gone, or not one that may run it. It did not run.");

    private Bounces() {}

    static Ending.Bounced tooLarge(Job job, PoolLimits limits) {
        return unable("The function wants " + job.kind().memoryMb() + " MB, and the instance has " + limits.memoryMb()
                + " MB for containers in all. Lower the function's memory or run larger instances.");
    }

    static Ending.Bounced full(int waiting) {
        return unable("The instance holds " + waiting + " waiting invocations, as many as it may.");
    }

    static Ending.Bounced noRoom(Waiting waiting, PoolLimits limits, long nowMs) {
        return unable("No container could be had within " + (nowMs - waiting.sinceMs) + " ms: the instance has "
                + limits.slots() + " slots and " + limits.memoryMb() + " MB, and others use them.");
    }

    static Ending.Bounced busy(Waiting waiting, long nowMs) {
        return new Ending.Bounced(
                Ending.Why.BUSY,
                "What could run it was busy until the router's patience ended (" + (nowMs - waiting.sinceMs)
                        + " ms on this instance). It did not run.");
    }

    private static Ending.Bounced unable(String message) {
        return new Ending.Bounced(Ending.Why.UNABLE, message);
    }
}
