package dev.berth.triggers.core;

import java.util.Objects;

/**
 * What a trigger and its function say of how records are invoked.
 *
 * @param batchSize the most records of an invocation
 * @param batchBytes the most bytes of them; one record may have more
 * @param batchWindowMs how long the first record of a batch waits for others
 * @param maxInFlight the most invocations unfinished at a time; {@link Integer#MAX_VALUE} for what the executors take
 * @param ordered of one routing value one invocation at a time, in the order of offsets
 * @param bisect a batch that failed is halved before it is tried again
 * @param itemFailures the function names the records that failed
 * @param tellsSuccess somebody is told of successes
 */
public record TriggerRules(
        int batchSize,
        int batchBytes,
        int batchWindowMs,
        int maxInFlight,
        boolean ordered,
        boolean bisect,
        boolean itemFailures,
        boolean tellsSuccess,
        RetryRule retry) {
    public TriggerRules {
        Objects.requireNonNull(retry, "retry");
        // Somebody may have written it on the topic by hand.
        batchSize = Math.max(1, batchSize);
        batchBytes = Math.max(1, batchBytes);
        batchWindowMs = Math.max(0, batchWindowMs);
        maxInFlight = Math.max(1, maxInFlight);
    }
}
