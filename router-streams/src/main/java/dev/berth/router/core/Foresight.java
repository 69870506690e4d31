package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import java.util.Optional;

/**
 * What would become of an invocation now: one of the three.
 *
 * @param decision where it would go
 * @param rejection why it would be refused
 * @param held why it would have to wait
 */
public record Foresight(Decision decision, Rejection rejection, String held) {

    /** Decides without taking the invocation in. */
    static Foresight of(Request request, RouterLimits limits, Turnstile turnstile, Placement placement, long nowMs) {
        Optional<FunctionView> function = turnstile.function(request);
        Optional<FunctionView.Version> version = function.flatMap(known -> known.resolve(request));
        Optional<Rejection> fault = Admission.fault(request, limits, nowMs);
        if (fault.isPresent()) {
            return refused(fault.get());
        }
        if (version.isEmpty()) {
            return refused(Refusals.notFound(request, function.isPresent()));
        }
        if (request.isDelayed(nowMs)) {
            return new Foresight(
                    null,
                    null,
                    "it is not to be run for another " + (request.terms().notBeforeMs() - nowMs) / 1_000 + " s.");
        }
        if (turnstile.isGated(request)) {
            return new Foresight(null, null, Refusals.whyHeld(request, turnstile.limitReached(request), placement));
        }
        Placement.Considered considered =
                placement.wouldPlace(InFlight.arrived(request, 0, nowMs), version.get(), nowMs);
        return considered.decision().refused()
                ? refused(Refusals.of(considered.decision(), request))
                : new Foresight(considered.logged(), null, null);
    }

    private static Foresight refused(Rejection why) {
        return new Foresight(null, why, null);
    }
}
