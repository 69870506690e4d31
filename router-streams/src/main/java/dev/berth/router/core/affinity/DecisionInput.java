package dev.berth.router.core.affinity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that a decision saw: from it alone, {@link #decideAgain} comes to the same decision. The decision log keeps one for each
 * dispatch, so that any stretch of it can be checked, and explained, without what came before.
 *
 * @param keyText the routing key
 * @param serviceMs the key's mean service time; NaN if not learned; likewise the next two
 * @param concurrency how many invocations one of the key's containers runs at a time
 * @param meanInFlight of all instances
 * @param instances those that the decision looked at: the pin's, the replicas', the best candidates
 * @param nowMs the time it was told
 */
public record DecisionInput(
        String keyText,
        String pinId,
        long pinEpoch,
        double serviceMs,
        double coldMs,
        double rebuildMs,
        int concurrency,
        List<SeenReplica> replicas,
        double meanInFlight,
        List<SeenInstance> instances,
        Ask ask,
        double nowMs) {
    /**
     * The key's containers on one instance.
     *
     * @param meanEndMs when what runs there should end, on average; NaN if nothing runs
     */
    public record SeenReplica(String instanceId, long epoch, int containers, int inFlight, double meanEndMs) {}

    /**
     * What the router believed of an instance.
     *
     * @param recent invocations in flight per slot over the last minutes
     * @param functionIdle idle containers of the function, whichever key they served
     */
    public record SeenInstance(
            String id,
            long epoch,
            boolean open,
            int slots,
            int inFlight,
            double freeMb,
            double idleMb,
            double recent,
            int functionIdle) {}

    public DecisionInput {
        replicas = List.copyOf(replicas);
        instances = List.copyOf(instances);
    }

    /** What a decision that was just made has seen. */
    public static DecisionInput of(
            String keyText,
            KeyState key,
            FleetLoad fleet,
            IdleContainers idle,
            Ask ask,
            AffinityDecision decision,
            double nowMs) {
        List<SeenReplica> replicas = new ArrayList<>(key.replicas().size());
        Set<String> looked = new LinkedHashSet<>();
        if (key.pinId() != null) {
            looked.add(key.pinId());
        }
        for (KeyState.Replica replica : key.replicas()) {
            looked.add(replica.instanceId);
            replicas.add(new SeenReplica(
                    replica.instanceId, replica.epoch, replica.containers(), replica.inFlight, replica.meanEndMs()));
        }
        decision.candidates().forEach(candidate -> looked.add(candidate.instanceId()));
        if (decision.step() == AffinityDecision.Step.WAIT) {
            // What it would have cost not to wait depends on whether there was one.
            idle.instances().stream()
                    .filter(id -> idle.at(id) > 0 && fleet.get(id) != null)
                    .findFirst()
                    .ifPresent(looked::add);
        }
        List<SeenInstance> instances = new ArrayList<>(looked.size());
        for (String id : looked) {
            InstanceLoad instance = fleet.get(id);
            if (instance != null) {
                instances.add(new SeenInstance(
                        id,
                        instance.epoch,
                        instance.open,
                        instance.slots,
                        instance.inFlight(),
                        instance.freeMb,
                        instance.idleMb,
                        instance.recent(nowMs),
                        Math.max(0, idle.at(id))));
            }
        }
        return new DecisionInput(
                keyText,
                key.pinId(),
                key.pinEpoch(),
                key.serviceMs(),
                key.coldMs(),
                key.rebuildMs(),
                key.concurrency(),
                replicas,
                fleet.mean(),
                instances,
                ask,
                nowMs);
    }

    /** What the rule decides from this. */
    public AffinityDecision decideAgain(RuleSettings settings) {
        KeyState key = KeyState.ofSeen(this, settings);
        FleetLoad fleet = FleetLoad.ofSeen(meanInFlight, instances, nowMs);
        return new AffinityRule(settings).decide(key, fleet, functionIdle(), ask, nowMs);
    }

    private IdleContainers functionIdle() {
        Map<String, Integer> counts =
                instances.stream().collect(Collectors.toMap(SeenInstance::id, SeenInstance::functionIdle));
        return new IdleContainers() {
            @Override
            public Collection<String> instances() {
                return counts.keySet();
            }

            @Override
            public int at(String instanceId) {
                return counts.getOrDefault(instanceId, 0);
            }
        };
    }
}
