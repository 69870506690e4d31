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
        String found = dispatch.map(order -> found(order, result))
                .orElse("It ran in container " + result.getContainerId() + ".");
        if (!found.isEmpty()) {
            sentences.add(found);
        }
        Timings timings = result.getTimings();
        if (timings.getStartedUs() > 0 && timings.getEndedUs() >= timings.getStartedUs()) {
            sentences.add(times(timings));
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
                                ? "That one was taken meanwhile, so a new one was started: "
                                : "It ran in the new container ")
                        + ran + ".";
            }
            return idleMeant
                    ? "It ran in container " + ran + "."
                    : "When it arrived, an idle container was there after all, " + ran + ", so none was started.";
        }
        if (named) {
            return "";
        }
        if (order.getContainerId() == null) {
            return (started ? "It ran in a new container, " : "It ran in container ") + ran + ".";
        }
        return started || reuse == Reuse.REPLACED
                ? "When it arrived, that container was gone, and a new one took its place: " + ran + "."
                : "When it arrived, another container of the function was free first: it ran in " + ran + ".";
    }

    private static String times(Timings timings) {
        double initMs = timings.getInitUs() / 1_000.0;
        double beforeMs = (timings.getStartedUs() - timings.getReceivedUs()) / 1_000.0;
        String ran = " and ran " + Spoken.us(timings.getStartedUs(), timings.getEndedUs()) + ".";
        return initMs > 0
                ? "The container took " + Spoken.ms(initMs) + " to start; the invocation waited "
                        + Spoken.ms(Math.max(beforeMs, initMs)) + ran
                : "It waited " + Spoken.ms(beforeMs) + ran;
    }
}
