package dev.berth.router.core;

import dev.berth.schemas.Limits;

/**
 * The router's bounds.
 *
 * @param maxLosses how often an invocation is placed again because its instance was lost
 * @param maxBounces how often because an executor sent it back
 * @param bounceBackoffMs pause after the first bounce when no other instance is left; doubles each time
 * @param unknownFunctionGraceMs how long a function may be unknown before its invocations are refused: the news of a
 *     deployment and the first invocation travel on different topics
 * @param syncWaitMs how long a synchronous invocation waits for a place, at most
 * @param doneKeptMs how long an ended invocation is remembered, to suppress doubles
 * @param doneKept how many at most
 * @param pinSaveMs a pin's time of last use is saved no more often
 * @param mostPerSlot invocations in flight per slot at which an instance is full: what waits there when another ends
 * @param keyContainers containers that a key may have in any case
 * @param keyShare and as a share of the fleet's slots, if that is more
 * @param oldVersionMs how long an older version may serve until a container of the new one is ready
 * @param sameContainerPollMs how often to look whether the invocation whose container another wants has ended
 * @param syncPayloadBytes the largest payload of a synchronous invocation
 * @param asyncPayloadBytes the largest of an asynchronous one
 * @param routingValueChars the longest routing value: each pin holds one
 * @param keysInUse how many keys are kept ready for use, about a kilobyte each; the others are packed
 */
public record RouterLimits(
        int maxLosses,
        int maxBounces,
        long bounceBackoffMs,
        long unknownFunctionGraceMs,
        long syncWaitMs,
        long doneKeptMs,
        int doneKept,
        long pinSaveMs,
        double mostPerSlot,
        int keyContainers,
        double keyShare,
        long oldVersionMs,
        long sameContainerPollMs,
        int syncPayloadBytes,
        int asyncPayloadBytes,
        int routingValueChars,
        int keysInUse) {

    /** The same, but no instance is ever full: all is sent at once, and waits there. */
    public RouterLimits withoutQueues() {
        return new RouterLimits(
                maxLosses,
                maxBounces,
                bounceBackoffMs,
                unknownFunctionGraceMs,
                syncWaitMs,
                doneKeptMs,
                doneKept,
                pinSaveMs,
                Double.POSITIVE_INFINITY,
                keyContainers,
                keyShare,
                oldVersionMs,
                sameContainerPollMs,
                syncPayloadBytes,
                asyncPayloadBytes,
                routingValueChars,
                keysInUse);
    }

    /** The defaults. */
    public static RouterLimits defaults() {
        return new RouterLimits(
                3,
                8,
                50,
                3_000,
                30_000,
                600_000,
                100_000,
                1_000,
                2,
                8,
                0.5,
                60_000,
                20,
                Limits.SYNC_PAYLOAD_BYTES,
                Limits.ASYNC_PAYLOAD_BYTES,
                Limits.ROUTING_VALUE_CHARS,
                512);
    }

    /** The same with so many keys kept ready for use. */
    public RouterLimits withKeysInUse(int keys) {
        return new RouterLimits(
                maxLosses,
                maxBounces,
                bounceBackoffMs,
                unknownFunctionGraceMs,
                syncWaitMs,
                doneKeptMs,
                doneKept,
                pinSaveMs,
                mostPerSlot,
                keyContainers,
                keyShare,
                oldVersionMs,
                sameContainerPollMs,
                syncPayloadBytes,
                asyncPayloadBytes,
                routingValueChars,
                keys);
    }
}
