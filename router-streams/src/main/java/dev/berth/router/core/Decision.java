package dev.berth.router.core;

import java.util.List;

/**
 * Where an attempt goes, and why.
 *
 * @param reason which step of the rule decided
 * @param candidates the instances weighed, best first; the first was chosen
 */
public record Decision(Reason reason, List<Candidate> candidates) {
    /** The steps of the rule. */
    public enum Reason {
        /** The key's pin is alive: there. */
        PINNED("pinned"),
        /** The key had no pin: the least loaded instance. */
        UNPINNED("unpinned"),
        /** The key's pin died with its instance's epoch, or its function was deployed anew: pinned once more. */
        REPLACED("replaced"),
        /** No routing value: an instance with an idle container of the function. */
        IDLE_CONTAINER("idle-container"),
        /** No routing value, no idle container: the least loaded instance. */
        LEAST_LOADED("least-loaded"),
        /** Not decided anew: the same dispatch once more, since the first may have been lost with its router. */
        RESENT("resent");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** As it stands in the decision log. */
        public String word() {
            return word;
        }
    }

    /**
     * An instance that was weighed.
     *
     * @param score lower is better
     */
    public record Candidate(String instanceId, double score) {}

    public Decision {
        candidates = List.copyOf(candidates);
    }

    /** The instance that was chosen. */
    public String instanceId() {
        return candidates.get(0).instanceId();
    }
}
