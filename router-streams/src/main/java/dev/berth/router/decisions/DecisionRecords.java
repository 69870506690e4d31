package dev.berth.router.decisions;

import dev.berth.router.core.Decision;
import dev.berth.router.core.affinity.AffinityDecision;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.DecisionInput;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.DecisionAsk;
import dev.berth.schemas.DecisionInstance;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.DecisionReplica;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Between a decision and its record in the log. Pure. */
public final class DecisionRecords {
    private DecisionRecords() {}

    /** The record of a decision. */
    public static dev.berth.schemas.Decision record(Decision decision) {
        List<Candidate> candidates = new ArrayList<>(decision.candidates().size());
        for (AffinityDecision.Candidate candidate : decision.candidates()) {
            candidates.add(new Candidate(candidate.instanceId(), candidate.score(), null));
        }
        // Not by the builder, as in Records: it is made for each dispatch.
        var record = new dev.berth.schemas.Decision();
        record.setReason(decision.reason());
        record.setCandidates(candidates);
        record.setWaitMs(orNegative(decision.waitMs()));
        record.setInstances(List.of());
        DecisionInput input = decision.input();
        if (input != null) {
            record.setDecidedMs((long) input.nowMs());
            record.setAsk(ask(input.ask()));
            record.setKey(key(input));
            record.setMeanInFlight(input.meanInFlight());
            record.setInstances(instances(input));
        }
        return record;
    }

    /** What a decision saw; empty if the rule was not asked, or the record is older than this. */
    public static Optional<DecisionInput> input(Dispatch dispatch) {
        dev.berth.schemas.Decision record = dispatch.getDecision();
        if (record.getAsk() == null || record.getKey() == null) {
            return Optional.empty();
        }
        DecisionKey key = record.getKey();
        return Optional.of(new DecisionInput(
                keyText(dispatch.getInvocation()),
                key.getPinInstanceId(),
                key.getPinEpoch(),
                orNaN(key.getServiceMs()),
                orNaN(key.getColdMs()),
                orNaN(key.getRebuildMs()),
                key.getConcurrency(),
                key.getReplicas().stream()
                        .map(replica -> new DecisionInput.SeenReplica(
                                replica.getInstanceId(),
                                replica.getEpoch(),
                                replica.getContainers(),
                                replica.getInFlight(),
                                orNaN(replica.getMeanEndMs())))
                        .toList(),
                record.getMeanInFlight(),
                record.getInstances().stream()
                        .map(instance -> new DecisionInput.SeenInstance(
                                instance.getInstanceId(),
                                instance.getEpoch(),
                                instance.getOpen(),
                                instance.getSlots(),
                                instance.getInFlight(),
                                instance.getFreeMb(),
                                instance.getIdleMb(),
                                instance.getRecent(),
                                instance.getFunctionIdle()))
                        .toList(),
                ask(record.getAsk()),
                record.getDecidedMs()));
    }

    /** The routing key by which the router knew an invocation; its function without a routing value. */
    static String keyText(Invocation invocation) {
        String function = invocation.getTenant() + '/' + invocation.getFunction();
        return invocation.getRoutingValue() == null ? function : function + '/' + invocation.getRoutingValue();
    }

    private static DecisionAsk ask(Ask ask) {
        var record = new DecisionAsk();
        record.setMemoryMb((int) ask.memoryMb());
        record.setBusy(ask.busy().name().toLowerCase(Locale.ROOT));
        record.setKeyed(ask.keyed());
        record.setRequired(ask.required());
        record.setDeadlineMs(Double.isInfinite(ask.deadlineMs()) ? 0 : (long) ask.deadlineMs());
        record.setMaxContainers(ask.maxContainers() == Integer.MAX_VALUE ? 0 : ask.maxContainers());
        record.setExcluded(List.copyOf(ask.excluded()));
        record.setBusyAt(List.copyOf(ask.busyAt()));
        return record;
    }

    private static Ask ask(DecisionAsk record) {
        return new Ask(
                record.getMemoryMb(),
                Ask.Busy.valueOf(record.getBusy().toUpperCase(Locale.ROOT)),
                record.getKeyed(),
                record.getRequired(),
                record.getDeadlineMs() == 0 ? Double.POSITIVE_INFINITY : record.getDeadlineMs(),
                record.getMaxContainers() == 0 ? Integer.MAX_VALUE : record.getMaxContainers(),
                Set.copyOf(record.getExcluded()),
                Set.copyOf(record.getBusyAt()));
    }

    private static DecisionKey key(DecisionInput input) {
        List<DecisionReplica> replicas = new ArrayList<>(input.replicas().size());
        for (DecisionInput.SeenReplica replica : input.replicas()) {
            replicas.add(new DecisionReplica(
                    replica.instanceId(),
                    replica.epoch(),
                    replica.containers(),
                    replica.inFlight(),
                    orNegative(replica.meanEndMs())));
        }
        return new DecisionKey(
                input.pinId(),
                input.pinEpoch(),
                orNegative(input.serviceMs()),
                orNegative(input.coldMs()),
                orNegative(input.rebuildMs()),
                replicas,
                input.concurrency());
    }

    private static List<DecisionInstance> instances(DecisionInput input) {
        List<DecisionInstance> instances = new ArrayList<>(input.instances().size());
        for (DecisionInput.SeenInstance instance : input.instances()) {
            instances.add(new DecisionInstance(
                    instance.id(),
                    instance.epoch(),
                    instance.open(),
                    instance.slots(),
                    instance.inFlight(),
                    instance.freeMb(),
                    instance.idleMb(),
                    instance.recent(),
                    instance.functionIdle()));
        }
        return instances;
    }

    private static double orNegative(double value) {
        return Double.isNaN(value) ? -1 : value;
    }

    private static double orNaN(double value) {
        return value < 0 ? Double.NaN : value;
    }
}
