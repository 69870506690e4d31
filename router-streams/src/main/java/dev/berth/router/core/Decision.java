package dev.berth.router.core;

import dev.berth.router.core.affinity.AffinityDecision.Candidate;
import dev.berth.router.core.affinity.DecisionInput;
import java.util.List;

/**
 * Where an attempt goes, and why.
 *
 * @param reason which step of the rule decided: {@code AffinityDecision.Step#word()}, {@link #NAMED} or {@link #RESENT}
 * @param candidates the instances weighed, best first; the first was chosen
 * @param waitMs the expected wait for a busy container of the key; NaN if there is none
 * @param input what the rule saw; null if it was not asked
 */
public record Decision(String reason, List<Candidate> candidates, double waitMs, DecisionInput input) {
    /** The invocation names its container, or one that another ran in. */
    public static final String NAMED = "named";
    /** Not decided anew: the same dispatch once more, since the first may have been lost with its router. */
    public static final String RESENT = "resent";

    public Decision {
        candidates = List.copyOf(candidates);
    }

    /** One that needed no rule. */
    public static Decision without(String reason, String instanceId) {
        return new Decision(reason, List.of(new Candidate(instanceId, 0)), Double.NaN, null);
    }

    /** The instance that was chosen. */
    public String instanceId() {
        return candidates.get(0).instanceId();
    }
}
