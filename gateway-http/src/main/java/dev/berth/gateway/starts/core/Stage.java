package dev.berth.gateway.starts.core;

import dev.berth.schemas.Outcome;
import dev.berth.schemas.Timings;
import java.util.EnumMap;
import java.util.Map;

/** Where the time from the publication of an invocation to its start goes. */
public enum Stage {
    /** Earlier attempts, and the time between them and the last. */
    RETRIES("retries"),
    /** Through Kafka and the router, and waiting there. */
    ROUTING("routing"),
    /** Waiting on the instance for room or for a busy container. */
    QUEUED("queued"),
    /** Making the container, or putting the code into a prewarmed one. */
    CONTAINER_START("container start"),
    /** The container's own start: its runtime, and the function's code as far as it runs when it is loaded. */
    INIT("init"),
    /** From the choice of a container that is ready to its taking of the invocation: unpausing it, if it was paused. */
    HAND_OVER("hand-over");

    private final String word;

    Stage(String word) {
        this.word = word;
    }

    /** As it is said. */
    public String word() {
        return word;
    }

    /**
     * How long each stage took, in microseconds; together the time from publication to start.
     *
     * @param outcome of an invocation that started
     */
    static Map<Stage, Long> of(Outcome outcome) {
        Timings timings = outcome.getResult().getTimings();
        Map<Stage, Long> stages = new EnumMap<>(Stage.class);
        // Of the last attempt only its own times are known; when it was routed says when those before it were over.
        boolean retried = outcome.getResult().getAttempt() > 1;
        long routedUs = retried ? timings.getRoutedUs() : timings.getPublishedUs();
        long givenUs = timings.getGivenUs() == 0 ? timings.getStartedUs() : timings.getGivenUs();
        stages.put(RETRIES, routedUs - timings.getPublishedUs());
        stages.put(ROUTING, timings.getReceivedUs() - routedUs);
        // A container that was on its way for somebody else may have begun its start before this invocation came.
        long hereUs = Math.max(0, givenUs - timings.getReceivedUs());
        long initUs = Math.min(timings.getInitUs(), hereUs);
        long createUs = Math.min(timings.getCreateUs(), initUs);
        stages.put(QUEUED, hereUs - initUs);
        stages.put(CONTAINER_START, createUs);
        stages.put(INIT, initUs - createUs);
        stages.put(HAND_OVER, timings.getStartedUs() - givenUs);
        return stages;
    }

    /** The one that took most. */
    static Stage longest(Map<Stage, Long> stages) {
        Stage longest = ROUTING;
        for (Stage stage : values()) {
            if (stages.get(stage) > stages.get(longest)) {
                longest = stage;
            }
        }
        return longest;
    }
}
