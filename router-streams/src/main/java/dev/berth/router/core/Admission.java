package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.schemas.RoutingKey;
import java.util.Optional;

/** What an invocation must be like to be routed at all. */
final class Admission {
    private Admission() {}

    /** What is wrong with it for good, if anything is. */
    static Optional<Rejection> fault(Request request, RouterLimits limits) {
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
        return Optional.empty();
    }

    private static Optional<Rejection> fault(String errorType, String message) {
        return Optional.of(new Rejection(errorType, message));
    }
}
