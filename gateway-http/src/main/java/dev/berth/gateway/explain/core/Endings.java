package dev.berth.gateway.explain.core;

import dev.berth.schemas.AttemptSummary;

/** The words for how an attempt ended that was not the last. */
final class Endings {
    private Endings() {}

    static String words(AttemptSummary attempt) {
        String instance = attempt.getInstanceId() == null ? "The instance" : "Instance " + attempt.getInstanceId();
        String error = attempt.getErrorType() == null ? "" : " (" + Subject.shown(attempt.getErrorType()) + ")";
        return switch (attempt.getStatus()) {
            case BOUNCED -> instance + " sent it back" + whySentBack(attempt.getErrorType());
            case UNKNOWN -> instance + " was lost before it answered, so it was placed again.";
            case FUNCTION_ERROR -> "It failed there" + error + ".";
            case TIMED_OUT -> "It ran out of its time there" + error + ".";
            case CONTAINER_EXITED -> "Its container ended while it ran" + error + ".";
            case INIT_FAILED -> "Its container did not start" + error + ".";
            case REJECTED -> instance + " refused it" + error + ".";
            case CANCELLED -> "It was cancelled there.";
            case SUCCEEDED -> "It succeeded there.";
        };
    }

    /** The error types of an executor that sends an invocation back. */
    private static String whySentBack(String errorType) {
        return switch (errorType == null ? "" : errorType) {
            case "Busy" -> ": the container was busy for longer than it was to wait.";
            case "Gone" -> ": the container was gone.";
            default -> ": it had no room.";
        };
    }
}
