package dev.berth.gateway.explain.core;

import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Result;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.Timings;
import java.util.List;
import java.util.Optional;

/** The words for the attempt that settled an invocation: what it found when it arrived, how long it waited and ran. */
final class Runs {
    private Runs() {}

    static void add(List<String> sentences, Optional<Dispatch> dispatch, Result result) {
        String found =
                dispatch.map(order -> found(order, result)).orElse("It ran in container " + result.getContainerId());
        Timings timings = result.getTimings();
        if (timings.getInitUs() > 0) {
            found = (found.isEmpty() ? "Its container" : found + ", which") + " took "
                    + Spoken.ms(timings.getInitUs() / 1_000.0) + " to start";
        }
        if (!found.isEmpty()) {
            sentences.add(found + ".");
        }
        if (timings.getStartedUs() > 0 && timings.getEndedUs() >= timings.getStartedUs()) {
            sentences.add("It waited " + Spoken.us(timings.getReceivedUs(), timings.getStartedUs()) + " and ran "
                    + Spoken.us(timings.getStartedUs(), timings.getEndedUs()) + ".");
        }
    }

    /** Where what happened is not what the router had in mind, or says more. */
    private static String found(Dispatch order, Result result) {
        String ran = result.getContainerId();
        boolean named = ran.equals(order.getContainerId());
        Reuse reuse = result.getReuse();
        boolean started = reuse == Reuse.COLD
                || reuse == Reuse.PREWARMED
                || result.getTimings().getInitUs() > 0;
        if (order.getFresh()) {
            boolean idleMeant = order.getDecision().getReason().equals("function-warm");
            if (started) {
                return (idleMeant
                                ? "That one was taken meanwhile: it ran in the new container "
                                : "It ran in the new container ")
                        + ran;
            }
            return idleMeant
                    ? "It ran in container " + ran
                    : "When it arrived, an idle container was there after all: it ran in " + ran;
        }
        if (named) {
            return "";
        }
        if (order.getContainerId() == null) {
            return (started ? "It ran in the new container " : "It ran in container ") + ran;
        }
        return started || reuse == Reuse.REPLACED
                ? "When it arrived, that container was gone: it ran in " + (started ? "the new container " : "") + ran
                : "When it arrived, another container of the function was free first: it ran in " + ran;
    }
}
