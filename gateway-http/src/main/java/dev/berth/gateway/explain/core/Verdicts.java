package dev.berth.gateway.explain.core;

import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import java.util.List;

/** The words for how an invocation ended, for good. */
final class Verdicts {
    private Verdicts() {}

    static void add(List<String> sentences, Account account, Outcome outcome) {
        String why = why(outcome.getResult());
        switch (outcome.getStatus()) {
            case SUCCEEDED -> {
                if (outcome.getAttempts().size() > 1) {
                    sentences.add("Then it succeeded.");
                }
            }
            case FAILED -> sentences.add("It failed" + why);
            case TIMED_OUT -> sentences.add("It did not end within its function's timeout" + why);
            case CANCELLED -> sentences.add("It was cancelled" + why);
            case DEAD_LETTERED ->
                sentences.add("It was given up after "
                        + Spoken.count(outcome.getAttempts().size(), "attempt") + " and lies among the dead letters"
                        + why);
            case REJECTED -> refused(sentences, account, outcome, why);
            case UNKNOWN -> sentences.add("It ended in a way that this gateway does not know.");
        }
    }

    private static void refused(List<String> sentences, Account account, Outcome outcome, String why) {
        String what = switch (String.valueOf(outcome.getResult().getErrorType())) {
            case "TooManyRequestsException", "ReservedConcurrencyExceeded" -> "It was throttled";
            case "DeadlineExceeded", "EventAgeExceeded" -> "It was too late";
            case "InstanceLost" -> "It was given up";
            default -> "It was refused";
        };
        sentences.add(what + why);
        if (outcome.getAttempts().isEmpty()) {
            sentences.add("It ran nowhere.");
        }
        if (account.asynchronous()) {
            sentences.add("It lies among the dead letters.");
        }
    }

    /** The error, after a colon; what Berth says itself stands without the type, which its message makes plain. */
    private static String why(Result result) {
        String type = result.getErrorType();
        String message = result.getErrorMessage();
        if (message == null) {
            return type == null ? "." : ": " + Subject.shown(type) + ".";
        }
        String line = message.strip().replaceAll("\\s+", " ");
        boolean own = result.getStatus() == ResultStatus.REJECTED;
        return ": " + (own || type == null ? "" : Subject.shown(type) + ": ") + line + (line.endsWith(".") ? "" : ".");
    }
}
