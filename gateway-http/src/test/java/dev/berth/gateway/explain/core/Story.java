package dev.berth.gateway.explain.core;

import dev.berth.schemas.AttemptSummary;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.Candidate;
import dev.berth.schemas.Decision;
import dev.berth.schemas.DecisionAsk;
import dev.berth.schemas.DecisionInstance;
import dev.berth.schemas.DecisionKey;
import dev.berth.schemas.DecisionReplica;
import dev.berth.schemas.Dispatch;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import dev.berth.schemas.Reuse;
import dev.berth.schemas.Timings;
import dev.berth.schemas.TopicCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An invocation of function flights with key ATL, told to {@link Words} attempt by attempt. */
final class Story {
    static final long PUBLISHED_MS = 1_700_000_000_000L;
    private static final long US = PUBLISHED_MS * 1_000;

    static {
        // Asked for first, so that records may be built.
        TopicCatalogue.defaults();
    }

    private final List<Dispatch> dispatches = new ArrayList<>();
    private final List<AttemptSummary> ended = new ArrayList<>();
    private Outcome outcome;
    private boolean asynchronous;

    /** A decision that chose an instance. */
    static Decision decision(String reason, String instance) {
        return Decision.newBuilder()
                .setReason(reason)
                .setCandidates(List.of(new Candidate(instance, 0.125, null)))
                .setAsk(DecisionAsk.newBuilder()
                        .setMemoryMb(128)
                        .setBusy("auto")
                        .build())
                .setKey(DecisionKey.newBuilder().build())
                .setInstances(List.of(instance(instance, 1)))
                .build();
    }

    /** An instance with 8 slots, 2 of them taken, and 512 MB free. */
    static DecisionInstance instance(String id, long epoch) {
        return DecisionInstance.newBuilder()
                .setInstanceId(id)
                .setEpoch(epoch)
                .setSlots(8)
                .setInFlight(2)
                .setFreeMb(512)
                .setIdleMb(256)
                .build();
    }

    /** Pins the decision's key to an instance under epoch 1, with containers there of which so many are busy. */
    static Decision pinned(Decision decision, String instance, int containers, int busy) {
        decision.getKey().setPinInstanceId(instance);
        decision.getKey().setPinEpoch(1);
        if (containers > 0) {
            decision.getKey().setReplicas(List.of(new DecisionReplica(instance, 1L, containers, busy, -1.0)));
        }
        if (decision.getInstances().stream()
                .noneMatch(each -> each.getInstanceId().equals(instance))) {
            List<DecisionInstance> seen = new ArrayList<>(decision.getInstances());
            seen.add(instance(instance, 1));
            decision.setInstances(seen);
        }
        return decision;
    }

    /** The expected wait, against a cold start. */
    static Decision waiting(Decision decision, double waitMs, double coldMs) {
        decision.setWaitMs(waitMs);
        decision.getKey().setColdMs(coldMs);
        return decision;
    }

    /** What it asked of the rule when its container is busy. */
    static Decision asking(Decision decision, String busy) {
        decision.getAsk().setBusy(busy);
        return decision;
    }

    Story asynchronous() {
        asynchronous = true;
        return this;
    }

    /** The next attempt goes where a decision says, {@code afterMs} after the invocation was published. */
    Story dispatched(Decision decision, String container, long afterMs, Consumer<Dispatch> changes) {
        Dispatch dispatch = Dispatch.newBuilder()
                .setInvocation(Invocation.newBuilder()
                        .setId("id-1")
                        .setFunction("flights")
                        .setRoutingValue("ATL")
                        .setBusyPolicy(BusyPolicy.AUTO)
                        .build())
                .setAttempt(ended.size() + 1)
                .setInstanceId(decision.getCandidates().get(0).getInstanceId())
                .setEpoch(1)
                .setRouterPartition(0)
                .setFunctionVersion("$LATEST")
                .setRevision(7)
                .setContainerId(container)
                .setPublishedUs(US)
                .setRoutedUs(US + afterMs * 1_000)
                .setDecision(decision)
                .build();
        changes.accept(dispatch);
        dispatches.add(dispatch);
        return this;
    }

    Story dispatched(Decision decision, String container) {
        return dispatched(decision, container, 1, dispatch -> {});
    }

    /** The attempt came to nothing. */
    Story came(ResultStatus status, String errorType) {
        Dispatch last = dispatches.get(dispatches.size() - 1);
        ended.add(new AttemptSummary(
                last.getAttempt(), last.getInstanceId(), null, status, errorType, last.getRoutedUs() + 1_000));
        return this;
    }

    /** It ran: waited 0.4 ms, took 2.1 ms. */
    Story ran(String container, Reuse reuse, long initMs) {
        Dispatch last = dispatches.get(dispatches.size() - 1);
        long receivedUs = last.getRoutedUs() + 300;
        long startedUs = receivedUs + 400 + initMs * 1_000;
        ended.add(new AttemptSummary(
                last.getAttempt(), last.getInstanceId(), container, ResultStatus.SUCCEEDED, null, startedUs + 2_100));
        return settled(
                OutcomeStatus.SUCCEEDED,
                result(ResultStatus.SUCCEEDED)
                        .setContainerId(container)
                        .setInstanceId(last.getInstanceId())
                        .setReuse(reuse)
                        .setTimings(Timings.newBuilder()
                                .setPublishedUs(US)
                                .setRoutedUs(last.getRoutedUs())
                                .setReceivedUs(receivedUs)
                                .setStartedUs(startedUs)
                                .setEndedUs(startedUs + 2_100)
                                .setInitUs(initMs * 1_000)
                                .build()));
    }

    /** The router refused it. */
    Story refused(String errorType, String message) {
        return settled(
                OutcomeStatus.REJECTED,
                result(ResultStatus.REJECTED).setErrorType(errorType).setErrorMessage(message));
    }

    /** It ended as a failure, for good. */
    Story failed(OutcomeStatus status, String errorType, String message) {
        return settled(
                status,
                result(ResultStatus.FUNCTION_ERROR).setErrorType(errorType).setErrorMessage(message));
    }

    private Result.Builder result(ResultStatus status) {
        return Result.newBuilder()
                .setInvocationId("id-1")
                .setAttempt(ended.size())
                .setTenant("default")
                .setFunction("flights")
                .setRoutingValue("ATL")
                .setStatus(status)
                .setTimings(Timings.newBuilder().build());
    }

    private Story settled(OutcomeStatus status, Result.Builder result) {
        outcome = Outcome.newBuilder()
                .setInvocationId("id-1")
                .setStatus(status)
                .setResult(result.build())
                .setAttempts(List.copyOf(ended))
                .setCompletedUs(US)
                .build();
        return this;
    }

    Account account() {
        return new Account(
                "id-1",
                "default",
                new Subject("flights", "ATL"),
                PUBLISHED_MS,
                asynchronous,
                dispatches,
                Optional.ofNullable(outcome),
                PUBLISHED_MS + 3_000);
    }

    /** The words, as one text. */
    String told() {
        return String.join(" ", Words.of(account()));
    }
}
