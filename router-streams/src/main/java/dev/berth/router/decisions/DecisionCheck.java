package dev.berth.router.decisions;

import dev.berth.router.core.affinity.AffinityDecision;
import dev.berth.router.core.affinity.DecisionInput;
import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.schemas.Dispatch;
import java.util.Optional;

/** Decides again what the log says was decided. */
public final class DecisionCheck {
    /** What came of it. */
    public enum Verdict {
        /** The same step, the same instance. */
        SAME,
        /** Another step or instance. */
        DIFFERENT,
        /** The rule was not asked: the invocation named its container, or the dispatch was sent once more. */
        NOT_BY_RULE
    }

    /**
     * A decision beside what the rule says now.
     *
     * @param reason the step that the log tells
     * @param instanceId the instance that the log tells
     * @param reasonNow the step that the rule takes now; null if it was not asked
     * @param instanceNow the instance that the rule chooses now; null if it was not asked, or refuses
     */
    public record Compared(Verdict verdict, String reason, String instanceId, String reasonNow, String instanceNow) {}

    private DecisionCheck() {}

    /** Decides a dispatch again, from what its decision saw. */
    public static Compared check(Dispatch dispatch, RuleSettings settings) {
        String reason = dispatch.getDecision().getReason();
        Optional<DecisionInput> input = DecisionRecords.input(dispatch);
        if (input.isEmpty()) {
            return new Compared(Verdict.NOT_BY_RULE, reason, dispatch.getInstanceId(), null, null);
        }
        AffinityDecision now = input.get().decideAgain(settings);
        boolean same =
                now.step().word().equals(reason) && dispatch.getInstanceId().equals(now.instanceId());
        return new Compared(
                same ? Verdict.SAME : Verdict.DIFFERENT,
                reason,
                dispatch.getInstanceId(),
                now.step().word(),
                now.instanceId());
    }
}
