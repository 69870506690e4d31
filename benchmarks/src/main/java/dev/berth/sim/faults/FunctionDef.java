package dev.berth.sim.faults;

/**
 * A function as deployed.
 *
 * @param limit how many invocations may run at a time; negative for any number
 * @param concurrency how many a container runs at a time
 */
record FunctionDef(
        String tenant,
        String name,
        long revision,
        int memoryMb,
        int timeoutMs,
        boolean exclusive,
        boolean ordered,
        int limit,
        boolean keepOldUntilReady,
        int maxRetries,
        int retryBackoffMs,
        int concurrency) {

    boolean isLimited() {
        return limit >= 0;
    }

    /** Deployed once more, perhaps with another memory. */
    FunctionDef redeployed(int newMemoryMb) {
        return new FunctionDef(
                tenant,
                name,
                revision + 1,
                newMemoryMb,
                timeoutMs,
                exclusive,
                ordered,
                limit,
                keepOldUntilReady,
                maxRetries,
                retryBackoffMs,
                concurrency);
    }
}
