package dev.berth.triggers.core;

import dev.berth.schemas.Micros;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.Timings;
import java.nio.ByteBuffer;

/**
 * How an invocation of a trigger ended.
 *
 * @param response what the function returned; null for nothing
 * @param waitMs from its publication until it was in a container; -1 if it never was, or nobody knows
 * @param serviceMs how long it ran; -1 likewise
 * @param atMs when
 * @param outcome the whole of it
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
public record Ending(
        Kind kind,
        String errorType,
        String message,
        byte[] response,
        long waitMs,
        long serviceMs,
        long atMs,
        Outcome outcome) {
    /** What follows from it. */
    public enum Kind {
        /** The function returned. */
        SUCCEEDED,
        /** It ran, or was to run, and failed: an attempt is used up. */
        FAILED,
        /** There was no capacity for it: it is tried again without using up an attempt. */
        THROTTLED,
        /** There is no such function, version or alias now. */
        NOT_FOUND,
        /** It is refused for what it is; it would be again. */
        REFUSED,
        /** Somebody cancelled it. */
        CANCELLED
    }

    /** What an outcome means. */
    public static Ending of(Outcome outcome) {
        Result result = outcome.getResult();
        Timings timings = result.getTimings();
        boolean ran = timings.getStartedUs() > 0 && timings.getPublishedUs() > 0;
        return new Ending(
                kind(outcome),
                result.getErrorType() == null ? outcome.getStatus().toString() : result.getErrorType(),
                result.getErrorMessage() == null ? "" : result.getErrorMessage(),
                bytes(result.getPayload()),
                ran ? Math.max(0, Micros.toMillis(timings.getStartedUs() - timings.getPublishedUs())) : -1,
                ran ? Math.max(0, Micros.toMillis(timings.getEndedUs() - timings.getStartedUs())) : -1,
                Micros.toMillis(outcome.getCompletedUs()),
                outcome);
    }

    private static Kind kind(Outcome outcome) {
        return switch (outcome.getStatus()) {
            case SUCCEEDED -> Kind.SUCCEEDED;
            case CANCELLED -> Kind.CANCELLED;
            case REJECTED -> rejected(outcome.getResult().getErrorType());
            case FAILED, TIMED_OUT, DEAD_LETTERED, UNKNOWN -> Kind.FAILED;
        };
    }

    private static Kind rejected(String errorType) {
        if (errorType == null) {
            return Kind.FAILED;
        }
        return switch (errorType) {
            case "ResourceNotFoundException" -> Kind.NOT_FOUND;
            case "RequestTooLargeException", "InvalidParameterValueException" -> Kind.REFUSED;
            // The router's patience for a place ended; the record's own age is counted here.
            case "TooManyRequestsException",
                    "ServiceUnavailableException",
                    "ReservedConcurrencyExceeded",
                    "EventAgeExceeded" -> Kind.THROTTLED;
            default -> Kind.FAILED;
        };
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
