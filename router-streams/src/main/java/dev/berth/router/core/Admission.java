package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.schemas.RoutingKey;
import java.util.Optional;

/** What an invocation must be like to be routed at all. */
final class Admission {
    private static final long MOST_DELAY_MS = 365L * 24 * 3_600_000;

    private Admission() {}

    /** What is wrong with it for good, if anything is. */
    static Optional<Rejection> fault(Request request, RouterLimits limits, long nowMs) {
        if (!RoutingKey.isValidName(request.tenant()) || !RoutingKey.isValidName(request.function())) {
            return fault(
                    "InvalidParameterValueException",
                    "A tenant and a function are named with 1 to 64 letters, digits, hyphens or underscores.");
        }
        if (request.routingValue() != null && request.routingValue().length() > limits.routingValueChars()) {
            return fault(
                    "InvalidParameterValueException",
                    "The routing value has " + request.routingValue().length() + " characters; at most "
                            + limits.routingValueChars() + " are kept for a pin. Send a hash of it.");
        }
        int maxBytes = request.synchronous() ? limits.syncPayloadBytes() : limits.asyncPayloadBytes();
        if (request.payloadBytes() > maxBytes) {
            return fault(
                    "RequestTooLargeException",
                    "The payload has " + request.payloadBytes() + " bytes; at most " + maxBytes + " are allowed for "
                            + (request.synchronous() ? "a synchronous" : "an asynchronous")
                            + " invocation. Store it elsewhere and send a reference.");
        }
        if (request.containerId() != null && request.sameContainerAs() != null) {
            return fault(
                    "InvalidParameterValueException",
                    "Name a container or an invocation whose container to use, not both.");
        }
        return faultyTerms(request, nowMs);
    }

    private static Optional<Rejection> faultyTerms(Request request, long nowMs) {
        Terms terms = request.terms();
        if (terms.notBeforeMs() - nowMs > MOST_DELAY_MS) {
            return fault(
                    "InvalidParameterValueException",
                    "It is not to be run before " + terms.notBeforeMs()
                            + ", which is more than 365 days ahead. Submit it" + " later, or with an earlier time.");
        }
        if (terms.notBeforeMs() > 0 && request.deadlineMs() > 0 && request.deadlineMs() <= terms.notBeforeMs()) {
            return fault(
                    "InvalidParameterValueException",
                    "Its deadline, " + request.deadlineMs() + ", is not after " + terms.notBeforeMs()
                            + ", before which it is not to be run: it could never run. Both are milliseconds of the"
                            + " epoch.");
        }
        if (terms.priority() < Terms.LOWEST_PRIORITY || terms.priority() > -Terms.LOWEST_PRIORITY) {
            return fault(
                    "InvalidParameterValueException",
                    "A priority is from -100 to 100, and this one is " + terms.priority() + ".");
        }
        if (terms.maxRetries() != null && terms.maxRetries() < 0) {
            return fault(
                    "InvalidParameterValueException",
                    "It cannot be run again " + terms.maxRetries()
                            + " times. Leave maxRetries out for what its function" + " says, or let it be 0 or more.");
        }
        return Optional.empty();
    }

    private static Optional<Rejection> fault(String errorType, String message) {
        return Optional.of(new Rejection(errorType, message));
    }
}
