package dev.berth.cli.decisions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.text.Json;
import dev.berth.router.core.affinity.RuleSettings;
import dev.berth.router.decisions.DecisionCheck;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.Dispatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides each dispatch of a stretch of the log again, and counts what comes of it. */
public final class Verification {
    static final String RESENT = "resent";
    /** More than anybody reads; the count goes on. */
    private static final int SHOWN = 1_000;

    private final RuleSettings settings;
    private final Chains chains;
    private final List<Difference> differences = new ArrayList<>();
    private final List<Chains.Fault> misplaced = new ArrayList<>();
    private final Map<String, Long> notByRule = new TreeMap<>();
    private long decisions;
    private long same;
    private long differing;

    /** A dispatch that the rule would decide otherwise now. */
    public record Difference(String id, int attempt, long routedUs, DecisionCheck.Compared compared) {}

    /**
     * @param settings of the rule
     * @param fromMs where the stretch begins, epoch milliseconds
     */
    public Verification(RuleSettings settings, long fromMs) {
        this.settings = settings;
        this.chains = new Chains(fromMs);
    }

    /** Takes in a dispatch. */
    public void add(Dispatch dispatch) {
        decisions++;
        chains.add(dispatch);
        requireTheBestChosen(dispatch);
        DecisionCheck.Compared compared = DecisionCheck.check(dispatch, settings);
        switch (compared.verdict()) {
            case SAME -> same++;
            case NOT_BY_RULE -> notByRule.merge(compared.reason(), 1L, Long::sum);
            case DIFFERENT -> {
                differing++;
                if (differences.size() < SHOWN) {
                    differences.add(new Difference(
                            dispatch.getInvocation().getId(), dispatch.getAttempt(), dispatch.getRoutedUs(), compared));
                }
            }
        }
    }

    private void requireTheBestChosen(Dispatch dispatch) {
        List<Candidate> candidates = dispatch.getDecision().getCandidates();
        if (candidates.isEmpty() || !candidates.get(0).getInstanceId().equals(dispatch.getInstanceId())) {
            misplaced.add(new Chains.Fault(
                    dispatch.getInvocation().getId(),
                    dispatch.getRoutedUs(),
                    "attempt " + dispatch.getAttempt() + " went to " + dispatch.getInstanceId()
                            + ", which is not the first of its candidates"));
        }
    }

    /** How many were taken in. */
    public long decisions() {
        return decisions;
    }

    /** How many the rule decides the same. */
    public long same() {
        return same;
    }

    /** How many it decides otherwise. */
    public long differing() {
        return differing;
    }

    /** Those, as far as they are kept. */
    public List<Difference> differences() {
        return differences;
    }

    /** How many the rule was not asked for, by reason. */
    public Map<String, Long> notByRule() {
        return notByRule;
    }

    /** Where the log does not hang together. */
    public List<Chains.Fault> faults() {
        List<Chains.Fault> faults = new ArrayList<>(misplaced);
        faults.addAll(chains.faults());
        return faults;
    }

    /** How many dispatches were beyond what {@link Chains} holds. */
    public long notFollowed() {
        return chains.notFollowed();
    }

    /** All of it as JSON. */
    public ObjectNode json() {
        ObjectNode json = Json.object()
                .put("decisions", decisions)
                .put("same", same)
                .put("different", differing)
                .put("notFollowed", notFollowed());
        ObjectNode others = json.putObject("notByRule");
        notByRule.forEach(others::put);
        ArrayNode differ = json.putArray("differences");
        for (Difference each : differences) {
            differ.addObject()
                    .put("id", each.id())
                    .put("attempt", each.attempt())
                    .put("routedUs", each.routedUs())
                    .put("reason", each.compared().reason())
                    .put("instance", each.compared().instanceId())
                    .put("reasonNow", each.compared().reasonNow())
                    .put("instanceNow", each.compared().instanceNow());
        }
        ArrayNode broken = json.putArray("faults");
        for (Chains.Fault fault : faults()) {
            broken.addObject()
                    .put("id", fault.id())
                    .put("routedUs", fault.routedUs())
                    .put("what", fault.what());
        }
        return json;
    }
}
