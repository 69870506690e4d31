package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import dev.berth.router.core.InstanceView;
import dev.berth.router.core.Pin;
import dev.berth.router.core.RouterEvent;
import dev.berth.router.fleet.FleetCore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Sees everything, as no part of the system can, and throws a {@link Violation} when a promise is broken. */
final class Oracle {
    private record Ended(
            String id, int attempt, String instance, long epoch, String container, RouterEvent.Ending how) {
        static Ended of(RouterEvent.ResultArrived result) {
            return new Ended(
                    result.invocationId(),
                    result.attempt(),
                    result.instanceId(),
                    result.epoch(),
                    result.containerId(),
                    result.ending());
        }
    }

    private record Started(String id, int attempt, String incarnation) {}

    private final Tally tally;
    private final KeyOrder order;
    private final Map<String, Long> accepted = new LinkedHashMap<>();
    private final Map<String, OutcomeRecord> outcomes = new HashMap<>();
    private final Set<Ended> ended = new HashSet<>();
    private final Set<Started> started = new HashSet<>();
    private final Map<Long, String> epochs = new HashMap<>();
    private final Set<Long> endedEpochs = new HashSet<>();
    private final Map<String, OutcomeRecord> decided = new HashMap<>();
    private final Set<DispatchRecord> forgotten = new HashSet<>();
    private final Set<String> cancels = new HashSet<>();
    private final Map<String, Long> notBeforeMs = new HashMap<>();

    Oracle(Tally tally) {
        this.tally = tally;
        this.order = new KeyOrder(tally, endedEpochs);
    }

    /** An invocation is on its topic: from now on it is Berth's. */
    void accepted(Log.Entry<Publication> entry) {
        if (accepted.putIfAbsent(entry.value().request().id(), entry.offset()) == null) {
            tally.invocations++;
            notBeforeMs.put(
                    entry.value().request().id(),
                    entry.value().request().terms().notBeforeMs());
            tally.delayed += entry.value().request().terms().notBeforeMs() > entry.atMs() ? 1 : 0;
        }
    }

    /** Somebody wants an invocation ended. */
    void cancelAsked(Log.Entry<RouterEvent.CancelAsked> entry) {
        cancels.add(entry.value().tenant() + "/" + entry.value().invocationId());
    }

    void deployed(FunctionDef function) {
        order.deployed(function);
    }

    void assigned(Log.Entry<FleetCore.Member> entry) {
        FleetCore.Member member = entry.value();
        String owner = member.instanceId() + " " + member.incarnation();
        String before = epochs.putIfAbsent(member.epoch(), owner);
        if (before != null && !before.equals(owner)) {
            throw new Violation(
                    Promise.EPOCHS_ARE_GIVEN_ONCE,
                    member.instanceId(),
                    "Epoch " + member.epoch() + " was given to " + before + " and to " + owner + ".");
        }
        if (member.state() != FleetCore.State.LIVE) {
            endedEpochs.add(member.epoch());
        }
    }

    /**
     * A router sends an attempt.
     *
     * @param known what it was told last of the instance; null if nothing
     */
    void dispatched(InFlight flight, InstanceView known) {
        boolean lives = known != null
                && known.state() != InstanceView.State.GONE
                && known.epoch() == flight.sent().epoch()
                && known.slot() == flight.sent().slot();
        if (!lives) {
            throw new Violation(
                    Promise.THE_DEAD_GET_NOTHING,
                    flight.request().id(),
                    Words.of(flight) + " was dispatched, and the router knows of that instance: " + known + ".");
        }
    }

    void placed(InFlight flight, Optional<Pin> pin, Map<String, InstanceView> known) {
        boolean lives = pin.map(p -> known.get(p.instanceId()))
                .filter(instance -> instance.state() != InstanceView.State.GONE
                        && instance.epoch() == pin.get().epoch())
                .isPresent();
        if (!lives) {
            throw new Violation(
                    Promise.PINS_LIVE,
                    flight.request().id(),
                    Words.of(flight) + " was placed, and the pin of its key is " + pin + ".");
        }
    }

    /** How many of a limited function's invocations a router has sent and not seen end. */
    void inFlight(String tenant, String function, int count) {
        int limit = order.limit(tenant, function);
        if (limit >= 0 && count > limit) {
            throw new Violation(
                    Promise.LIMITS_HOLD,
                    function,
                    count + " invocations of " + tenant + "/" + function + " are in flight; its limit is " + limit
                            + ".");
        }
    }

    /** A router has decided how an invocation ended; the outcome is on its way. */
    void decided(OutcomeRecord outcome) {
        decided.put(outcome.id(), outcome);
    }

    /** A router crashed: what it had decided, and has not reached its topic by now, is decided anew. */
    void forgetDecisions(int partition) {
        decided.values().removeIf(outcome -> {
            boolean itsOwn = outcome.partition() == partition;
            if (itsOwn && !outcomes.containsKey(outcome.id())) {
                tally.forgottenOutcomes++;
                order.excuse(outcome.flight());
            }
            return itsOwn;
        });
    }

    /** A router that came back does not know that this was sent. */
    void forgotten(DispatchRecord dispatch) {
        if (forgotten.add(dispatch)) {
            tally.forgottenDispatches++;
            order.excuse(dispatch.flight());
        }
    }

    void started(Execution execution) {
        tally.executions++;
        InFlight flight = execution.flight;
        if (!started.add(new Started(execution.invocationId(), flight.attempt(), execution.incarnation))) {
            throw new Violation(
                    Promise.AN_ATTEMPT_STARTS_ONCE,
                    execution.invocationId(),
                    "Attempt " + execution + " started twice in incarnation " + execution.incarnation + ".");
        }
        checkTerms(execution);
        order.started(execution, Objects.requireNonNull(accepted.get(execution.invocationId())));
    }

    private void checkTerms(Execution execution) {
        String id = execution.invocationId();
        long earliestMs = notBeforeMs.get(id);
        if (execution.startedMs < earliestMs) {
            throw new Violation(
                    Promise.NOTHING_RUNS_EARLY,
                    id,
                    execution + " started " + (earliestMs - execution.startedMs) + " ms before its time.");
        }
        OutcomeRecord outcome = outcomes.get(id);
        // One that a router has forgotten that it sent, it cancels as one that was not.
        boolean wasSent = forgotten.stream()
                .anyMatch(dispatch -> dispatch.flight().request().id().equals(id));
        if (outcome != null && outcome.isCancelled() && outcome.flight().attempt() == 0 && !wasSent) {
            throw new Violation(
                    Promise.THE_CANCELLED_DO_NOT_RUN, id, execution + " started, and it was cancelled before.");
        }
    }

    void ended(Execution execution) {
        order.ended(execution);
    }

    /** An executor says how an attempt ended. */
    void ended(RouterEvent.ResultArrived result) {
        ended.add(Ended.of(result));
    }

    void outcome(Log.Entry<OutcomeRecord> entry) {
        OutcomeRecord outcome = entry.value();
        OutcomeRecord before = outcomes.putIfAbsent(outcome.id(), outcome);
        if (before != null) {
            throw new Violation(
                    Promise.ONE_OUTCOME, outcome.id(), "It has two outcomes: " + before + "; " + outcome + ".");
        }
        boolean isTrue = accepted.containsKey(outcome.id())
                && (outcome.rejection() != null
                        || (outcome.isCancelled() && isWanted(outcome.flight()))
                        || (outcome.result() != null
                                && outcome.result().invocationId().equals(outcome.id())
                                && outcome.result().ending() != RouterEvent.Ending.BOUNCED
                                && (outcome.result().ending() != RouterEvent.Ending.CANCELLED
                                        || isWanted(outcome.flight()))
                                && ended.contains(Ended.of(outcome.result()))));
        if (!isTrue) {
            throw new Violation(
                    Promise.OUTCOMES_ARE_TRUE, outcome.id(), "No attempt ended as its outcome says: " + outcome + ".");
        }
        tally.rejections += outcome.rejection() == null ? 0 : 1;
        tally.cancelled += outcome.isCancelled()
                        || (outcome.result() != null && outcome.result().ending() == RouterEvent.Ending.CANCELLED)
                ? 1
                : 0;
    }

    private boolean isWanted(InFlight flight) {
        return cancels.contains(
                flight.request().tenant() + "/" + flight.request().id());
    }

    /** Invocations without an outcome. */
    List<String> open() {
        if (outcomes.size() == accepted.size()) {
            return List.of();
        }
        return accepted.keySet().stream()
                .filter(id -> !outcomes.containsKey(id))
                .toList();
    }

    boolean isEnded(String invocationId) {
        return outcomes.containsKey(invocationId);
    }
}
