package dev.berth.router.core.affinity;

import java.util.List;
import java.util.Locale;

/**
 * What {@link AffinityRule} decided, with all it weighed, so that {@code explain} can say why.
 *
 * @param step which step of the rule decided
 * @param candidates the instances weighed by that step, the chosen one first; empty if refused
 * @param waitMs the expected wait for a busy container of the key; NaN if there is none
 * @param coldMs the expected cost of a cold start; NaN if not learned yet
 * @param waitUntilMs when an invocation that waits must be sent back; 0 if it does not wait
 * @param pins the instance to pin the key to now, if that is to change; else null
 */
public record AffinityDecision(
        Step step, List<Candidate> candidates, double waitMs, double coldMs, double waitUntilMs, String pins) {
    /** The steps of the rule. */
    public enum Step {
        /** The pin is idle and its instance not overloaded. */
        PIN,
        /** Another idle container of the key. */
        OTHER_WARM,
        /** A busy container of the key will be free before another would be ready. */
        WAIT,
        /** An idle container of the function, which has not served the key. */
        FUNCTION_WARM,
        /** A new container, in memory that is free. */
        COLD_FREE,
        /** A new container, in the place of idle ones. */
        COLD_EVICTING,
        /** Every instance is full: queued where the key has a container. */
        QUEUE_WARM,
        /** Every instance is full: queued at the least loaded. */
        QUEUE,
        /** The pin's container is busy, and the invocation asked not to wait. */
        REFUSED_BUSY,
        /** The pin's container is gone, and the invocation asked for no other. */
        REFUSED_GONE,
        /** No instance takes new work. */
        REFUSED_NO_INSTANCE;

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** As it stands in the decision log: {@code other-warm}. */
        public String word() {
            return word;
        }
    }

    /**
     * An instance that was weighed.
     *
     * @param score lower is better; its unit is the step's
     */
    public record Candidate(String instanceId, double score) {}

    public AffinityDecision {
        candidates = List.copyOf(candidates);
    }

    /** The instance that was chosen; null if refused. */
    public String instanceId() {
        return candidates.isEmpty() ? null : candidates.get(0).instanceId();
    }

    /** Whether a new container is expected to be needed. */
    public boolean cold() {
        return step == Step.COLD_FREE || step == Step.COLD_EVICTING || step == Step.QUEUE;
    }

    /** Whether it should run in a container that has not served the key: a new one, or another key's. */
    public boolean joins() {
        return cold() || step == Step.FUNCTION_WARM;
    }

    /** Whether it goes nowhere. */
    public boolean refused() {
        return candidates.isEmpty();
    }
}
