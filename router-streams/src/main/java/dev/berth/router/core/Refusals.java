package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.router.core.affinity.AffinityDecision;

/** What the router says when it does not run an invocation: what happened, and what to do. */
final class Refusals {
    /** Error type of an attempt whose instance is gone. */
    static final String LOST = "InstanceLost";

    private static final String THROTTLED = "TooManyRequestsException";

    private Refusals() {}

    static Rejection notFound(Request request, boolean functionExists) {
        return new Rejection(
                "ResourceNotFoundException",
                functionExists
                        ? "Function " + request.functionKey() + " has no version or alias " + request.qualifier() + "."
                        : "Function not found: " + request.functionKey() + ". Deploy it first, or check its name.");
    }

    static Rejection late() {
        return new Rejection("DeadlineExceeded", "Its deadline passed before it could be run.");
    }

    static Rejection limit(Request request, int concurrency) {
        return new Rejection(
                "ReservedConcurrencyExceeded",
                "Function " + request.functionKey() + " may run " + concurrency
                        + " invocations at a time, and does. Try again later, send it asynchronously or with busy"
                        + " policy wait, or raise the function's reserved concurrency.");
    }

    static Rejection of(AffinityDecision decision, Request request) {
        return decision.step() == AffinityDecision.Step.REFUSED_BUSY ? busy(request, 0) : gone(request);
    }

    static Rejection busy(Request request, long waitedMs) {
        return new Rejection(
                "PinBusyException",
                "The container that serves " + target(request) + " is busy"
                        + (waitedMs > 0 ? ", and was for " + waitedMs + " ms" : "")
                        + ". Try again, or let the busy policy be auto, wait or spill.");
    }

    static Rejection gone(Request request) {
        return new Rejection(
                "PinGoneException",
                "The container that served " + target(request)
                        + " is gone, and the invocation asked for no other. With pin policy prefer it runs in a new one.");
    }

    /** Says nothing of containers: whether one exists is not for every tenant to know. */
    private static String target(Request request) {
        if (request.sameContainerAs() != null) {
            return "invocation " + request.sameContainerAs();
        }
        return request.containerId() != null ? "this invocation" : "key " + request.keyText();
    }

    static Rejection unknownInvocation(Request request) {
        return new Rejection(
                "InvocationUnknownException",
                "No invocation " + request.sameContainerAs() + " of function " + request.functionKey()
                        + " is remembered. Those that ended are for some minutes; use a routing value to find a container"
                        + " later than that.");
    }

    static Rejection bounced(InFlight flight, String why) {
        return new Rejection(
                THROTTLED,
                "No instance could take the invocation: it was sent back " + flight.bounces() + " times, last because: "
                        + why + " Try again later, or add instances or memory.");
    }

    static Rejection lost(InFlight flight, String instanceId) {
        return new Rejection(
                LOST,
                "The instance that ran the invocation was lost, " + flight.losses()
                        + " times over; it may be the invocation that brings instances down. See the logs of instance "
                        + instanceId + ".");
    }

    static Rejection waitedTooLong(InFlight flight, long nowMs, boolean limitReached, Placement placement) {
        Request request = flight.request();
        String waited = "It waited " + (nowMs - flight.waitsSinceMs()) / 1_000 + " s: ";
        if (request.isLate(nowMs)) {
            return late();
        }
        if (!request.synchronous()) {
            return new Rejection(
                    "EventAgeExceeded",
                    waited + whyHeld(request, limitReached, placement)
                            + " The function's maximum event age ended that. It is among the dead letters.");
        }
        if (!placement.isOpen()) {
            return new Rejection(
                    "ServiceUnavailableException",
                    waited + "no instance takes work. Start an executor, or look why they ended.");
        }
        return new Rejection(THROTTLED, waited + whyHeld(request, limitReached, placement) + " Try again later.");
    }

    /** What is said of one that somebody cancelled. */
    static String cancelled(InFlight flight, String reason) {
        String how = flight.attempt() == 0
                ? "It was cancelled before it was run"
                : "It was cancelled, and is not run again after attempt " + flight.attempt();
        return reason == null || reason.isBlank() ? how + "." : how + ": " + reason + ".";
    }

    /** Why an invocation cannot go anywhere yet. */
    static String whyHeld(Request request, boolean limitReached, Placement placement) {
        if (limitReached) {
            return "as many invocations of function " + request.functionKey() + " run as may.";
        }
        if (!placement.isOpen()) {
            return "no instance takes work.";
        }
        return placement.isFull()
                ? "every instance has as much work as it should wait for."
                : "others of its function or its key come first.";
    }
}
