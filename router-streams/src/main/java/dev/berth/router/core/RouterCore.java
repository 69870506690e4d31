package dev.berth.router.core;

import dev.berth.router.core.Decision.Reason;
import dev.berth.router.core.RouterAction.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One router task's mind: which key is pinned where, what is in flight, what has ended.
 *
 * <p>{@link #on} is a function of this state, an event and the time; it returns what is to be done and does nothing itself.
 * Not thread-safe: one task owns it. Its invariants, which the property tests check after every step: an invocation is
 * either in flight or done, never both; it ends once; nothing is dispatched to an instance that is gone; an invocation whose
 * key has a live pin goes there.
 */
public final class RouterCore {
    private static final String LOST = "InstanceLost";

    private final RouterLimits limits;
    private final TreeMap<String, InstanceView> instances = new TreeMap<>();
    private final Map<String, FunctionView> functions = new HashMap<>();
    private final Map<String, Pin> pins = new HashMap<>();
    private final LinkedHashMap<String, InFlight> flights = new LinkedHashMap<>();
    private final LinkedHashSet<String> waiting = new LinkedHashSet<>();
    private final LinkedHashMap<String, Long> done = new LinkedHashMap<>();
    private final Map<String, Integer> sentTo = new HashMap<>();

    public RouterCore(RouterLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes in an event.
     *
     * @param nowMs epoch milliseconds; never less than at the call before
     * @return what to do, in order
     */
    public List<RouterAction> on(RouterEvent event, long nowMs) {
        List<RouterAction> actions = new ArrayList<>(2);
        event.accept(new RouterEvent.Visitor() {
            @Override
            public void arrived(RouterEvent.InvocationArrived e) {
                RouterCore.this.arrived(e.request(), nowMs, actions);
            }

            @Override
            public void ended(RouterEvent.ResultArrived e) {
                RouterCore.this.ended(e, nowMs, actions);
            }

            @Override
            public void instanceChanged(RouterEvent.InstanceChanged e) {
                RouterCore.this.instanceChanged(e.instance(), nowMs, actions);
            }

            @Override
            public void functionChanged(RouterEvent.FunctionChanged e) {
                functions.put(e.function().key(), e.function());
                placeWaiting(nowMs, true, actions);
            }

            @Override
            public void functionDeleted(RouterEvent.FunctionDeleted e) {
                functions.remove(FunctionView.key(e.tenant(), e.name()));
            }

            @Override
            public void tick(RouterEvent.Tick e) {
                placeWaiting(nowMs, false, actions);
                forgetDone(nowMs);
            }
        });
        return actions;
    }

    /** The pin of a routing key, if it has one. */
    public Optional<Pin> pin(String tenant, String function, String routingValue) {
        return Optional.ofNullable(pins.get(key(tenant, function, routingValue)));
    }

    /** How many invocations have no outcome yet. */
    public int inFlight() {
        return flights.size();
    }

    /** Gives back a pin that was saved before a restart. */
    public void restorePin(String tenant, String function, String routingValue, Pin pin) {
        pins.put(key(tenant, function, routingValue), pin);
    }

    /** Gives back an invocation that was in flight before a restart. */
    public void restoreFlight(InFlight flight) {
        remember(flight);
    }

    /** Gives back the memory that an invocation has ended. */
    public void restoreDone(String invocationId, long endedMs) {
        done.put(invocationId, endedMs);
    }

    /** After all was given back: places again what was in flight on instances that did not survive. */
    public List<RouterAction> restored(long nowMs) {
        List<RouterAction> actions = new ArrayList<>();
        for (InFlight flight : List.copyOf(flights.values())) {
            String id = flight.request().id();
            Long endedMs = done.get(id);
            if (endedMs != null) {
                finish(flight, endedMs);
                actions.add(new RouterAction.Forget(id));
            } else if (flight.isDispatched()
                    && live(flight.instanceId(), flight.epoch()).isEmpty()) {
                lost(flight, nowMs, actions);
            }
        }
        return actions;
    }

    private void arrived(Request request, long nowMs, List<RouterAction> actions) {
        if (done.containsKey(request.id())) {
            return;
        }
        InFlight known = flights.get(request.id());
        if (known != null) {
            // Published twice, or read again after a crash that may have lost the dispatch: the executor suppresses a
            // double.
            if (known.isDispatched()) {
                actions.add(new RouterAction.Resend(known));
            }
            return;
        }
        InFlight flight = InFlight.arrived(request, nowMs);
        Optional<Rejection> fault = Admission.fault(request, limits);
        if (fault.isPresent()) {
            reject(flight, fault.get(), nowMs, actions);
        } else {
            place(flight, Set.of(), nowMs, actions);
        }
    }

    private void ended(RouterEvent.ResultArrived result, long nowMs, List<RouterAction> actions) {
        InstanceView instance = instances.get(result.instanceId());
        if (instance != null && instance.epoch() == result.epoch()) {
            instances.put(instance.id(), instance.withLoad(result.load()));
        }
        InFlight flight = flights.get(result.invocationId());
        if (flight == null) {
            return;
        }
        if (result.ending() == RouterEvent.Ending.BOUNCED) {
            if (flight.isDispatched() && result.attempt() == flight.attempt()) {
                bounced(flight, result, nowMs, actions);
            }
            return;
        }
        // The first result wins, even from an epoch that has ended meanwhile: the work is done, and done once.
        finish(flight, nowMs);
        confirmPin(flight, result, actions);
        actions.add(new RouterAction.Complete(flight, result));
    }

    /** The first result of a pin tells which container it is; a later one, that the container had to be replaced. */
    private void confirmPin(InFlight flight, RouterEvent.ResultArrived result, List<RouterAction> actions) {
        Request request = flight.request();
        if (request.routingValue() == null || result.containerId() == null) {
            return;
        }
        Pin pin = pins.get(key(request));
        boolean pinnedThere = pin != null
                && pin.instanceId().equals(result.instanceId())
                && pin.epoch() == result.epoch()
                && live(pin.instanceId(), pin.epoch()).isPresent();
        if (pinnedThere
                && flight.version() != null
                && flight.version().revision() == pin.revision()
                && !result.containerId().equals(pin.containerId())) {
            savePin(request, pin.servedBy(result.containerId()), actions);
        }
    }

    private void bounced(InFlight flight, RouterEvent.ResultArrived result, long nowMs, List<RouterAction> actions) {
        InFlight returned = flight.ended(
                new InFlight.PastAttempt(
                        flight.attempt(),
                        flight.instanceId(),
                        result.containerId(),
                        result.ending(),
                        result.errorType(),
                        result.endedUs()),
                true);
        if (returned.bounces() > limits.maxBounces()) {
            reject(
                    returned,
                    "TooManyRequestsException",
                    "No instance could take the invocation: it was sent back " + returned.bounces()
                            + " times, last because of " + result.errorType()
                            + ". Try again later, or add instances or memory.",
                    nowMs,
                    actions);
            return;
        }
        Set<String> sentBack = returned.past().stream()
                .filter(past -> past.ending() == RouterEvent.Ending.BOUNCED)
                .map(InFlight.PastAttempt::instanceId)
                .collect(Collectors.toSet());
        boolean another = instances.values().stream()
                .anyMatch(i -> i.state() == InstanceView.State.LIVE && !sentBack.contains(i.id()));
        if (another) {
            place(returned, sentBack, nowMs, actions);
        } else {
            hold(returned, nowMs + (limits.bounceBackoffMs() << returned.bounces()), actions);
        }
    }

    private void instanceChanged(InstanceView instance, long nowMs, List<RouterAction> actions) {
        InstanceView before = instances.get(instance.id());
        if (instance.state() == InstanceView.State.GONE) {
            instances.remove(instance.id());
        } else {
            instances.put(instance.id(), instance);
        }
        boolean epochEnded =
                before != null && (instance.state() == InstanceView.State.GONE || before.epoch() != instance.epoch());
        if (epochEnded) {
            for (InFlight flight : List.copyOf(flights.values())) {
                if (flight.isAt(before.id(), before.epoch())) {
                    lost(flight, nowMs, actions);
                }
            }
        }
        boolean opened = instance.state() == InstanceView.State.LIVE
                && (before == null || before.epoch() != instance.epoch() || before.state() != instance.state());
        if (opened) {
            placeWaiting(nowMs, true, actions);
        }
    }

    private void lost(InFlight flight, long nowMs, List<RouterAction> actions) {
        InFlight returned = flight.ended(
                new InFlight.PastAttempt(
                        flight.attempt(), flight.instanceId(), null, RouterEvent.Ending.FAILED, LOST, nowMs * 1_000),
                false);
        long losses = returned.past().stream()
                .filter(past -> LOST.equals(past.errorType()))
                .count();
        if (losses > limits.maxLosses()) {
            reject(
                    returned,
                    LOST,
                    "The instance that ran the invocation was lost, " + losses
                            + " times over; it may be the invocation that brings instances down. See the logs of instance "
                            + flight.instanceId() + ".",
                    nowMs,
                    actions);
        } else {
            place(returned, Set.of(), nowMs, actions);
        }
    }

    private void placeWaiting(long nowMs, boolean atOnce, List<RouterAction> actions) {
        for (String id : List.copyOf(waiting)) {
            InFlight flight = flights.get(id);
            if (atOnce || flight.notBeforeMs() <= nowMs) {
                place(flight, Set.of(), nowMs, actions);
            }
        }
    }

    /** Finds a place for an invocation that has none: sends it, holds it, or refuses it. */
    private void place(InFlight flight, Set<String> excluded, long nowMs, List<RouterAction> actions) {
        Request request = flight.request();
        if (request.isLate(nowMs)) {
            reject(flight, "DeadlineExceeded", "Its deadline passed before it could be run.", nowMs, actions);
            return;
        }
        FunctionView function = functions.get(FunctionView.key(request.tenant(), request.function()));
        Optional<FunctionView.Version> version =
                function == null ? Optional.empty() : function.resolve(request.qualifier());
        if (version.isEmpty()) {
            if (nowMs - flight.arrivedMs() < limits.unknownFunctionGraceMs()) {
                hold(flight, flight.arrivedMs() + limits.unknownFunctionGraceMs(), actions);
            } else {
                reject(flight, "ResourceNotFoundException", notFound(request, function != null), nowMs, actions);
            }
            return;
        }
        if (request.routingValue() == null) {
            placeAnywhere(flight, version.get(), excluded, nowMs, actions);
        } else {
            placeByKey(flight, version.get(), excluded, nowMs, actions);
        }
    }

    private void placeByKey(
            InFlight flight,
            FunctionView.Version version,
            Set<String> excluded,
            long nowMs,
            List<RouterAction> actions) {
        Request request = flight.request();
        Pin pin = pins.get(key(request));
        Optional<InstanceView> pinned = pin == null ? Optional.empty() : live(pin.instanceId(), pin.epoch());
        if (pinned.isPresent() && !excluded.contains(pin.instanceId())) {
            boolean sameRevision = pin.revision() == version.revision();
            String container = sameRevision ? pin.containerId() : null;
            if (!sameRevision || nowMs - pin.lastUsedMs() >= limits.pinSaveMs()) {
                savePin(request, pinTo(pinned.get(), container, version, nowMs), actions);
            }
            send(flight, pinned.get(), version, container, flight.replaced(), Placement.atPin(pinned.get()), actions);
            return;
        }
        boolean replaced = pin != null;
        Optional<Decision> decision = Placement.anywhere(
                instances.values(),
                key(request),
                null,
                excluded,
                this::load,
                replaced ? Reason.REPLACED : Reason.UNPINNED);
        if (decision.isEmpty()) {
            waitForInstance(flight, nowMs, actions);
            return;
        }
        InstanceView target = instances.get(decision.get().instanceId());
        savePin(request, pinTo(target, null, version, nowMs), actions);
        send(flight, target, version, null, replaced, decision.get(), actions);
    }

    private void placeAnywhere(
            InFlight flight,
            FunctionView.Version version,
            Set<String> excluded,
            long nowMs,
            List<RouterAction> actions) {
        Request request = flight.request();
        String warmKey = InstanceView.warmKey(request.tenant(), request.function(), version.revision());
        Optional<Decision> decision = Placement.anywhere(
                instances.values(), request.id(), warmKey, excluded, this::load, Reason.LEAST_LOADED);
        if (decision.isEmpty()) {
            waitForInstance(flight, nowMs, actions);
            return;
        }
        send(flight, instances.get(decision.get().instanceId()), version, null, false, decision.get(), actions);
    }

    private void waitForInstance(InFlight flight, long nowMs, List<RouterAction> actions) {
        long limitMs = flight.request().synchronous() ? limits.syncWaitMs() : limits.asyncWaitMs();
        if (nowMs - flight.arrivedMs() >= limitMs) {
            reject(
                    flight,
                    "ServiceUnavailableException",
                    "No instance was live for " + limitMs / 1_000 + " s. Start an executor, or look why they ended.",
                    nowMs,
                    actions);
        } else {
            hold(flight, Math.min(nowMs + 1_000, flight.arrivedMs() + limitMs), actions);
        }
    }

    private void send(
            InFlight flight,
            InstanceView target,
            FunctionView.Version version,
            String container,
            boolean replaced,
            Decision decision,
            List<RouterAction> actions) {
        InFlight sent = flight.sentTo(target, version, container, replaced);
        remember(sent);
        actions.add(new RouterAction.Dispatch(sent, decision));
    }

    private void hold(InFlight flight, long untilMs, List<RouterAction> actions) {
        long deadlineMs = flight.request().deadlineMs();
        InFlight held = flight.waitingUntil(deadlineMs > 0 ? Math.min(untilMs, deadlineMs) : untilMs);
        remember(held);
        actions.add(new RouterAction.Hold(held));
    }

    private void reject(InFlight flight, String errorType, String message, long nowMs, List<RouterAction> actions) {
        reject(flight, new Rejection(errorType, message), nowMs, actions);
    }

    private void reject(InFlight flight, Rejection rejection, long nowMs, List<RouterAction> actions) {
        finish(flight, nowMs);
        actions.add(new RouterAction.Reject(flight, rejection));
    }

    private void remember(InFlight flight) {
        InFlight before = flights.put(flight.request().id(), flight);
        if (before != null && before.isDispatched()) {
            sentTo.merge(before.instanceId(), -1, Integer::sum);
        }
        if (flight.isDispatched()) {
            sentTo.merge(flight.instanceId(), 1, Integer::sum);
            waiting.remove(flight.request().id());
        } else {
            waiting.add(flight.request().id());
        }
    }

    private void finish(InFlight flight, long nowMs) {
        String id = flight.request().id();
        InFlight current = flights.remove(id);
        if (current != null && current.isDispatched()) {
            sentTo.merge(current.instanceId(), -1, Integer::sum);
        }
        waiting.remove(id);
        done.put(id, nowMs);
    }

    private void forgetDone(long nowMs) {
        Iterator<Long> oldest = done.values().iterator();
        int excess = done.size() - limits.doneKept();
        while (oldest.hasNext() && (oldest.next() < nowMs - limits.doneKeptMs() || excess > 0)) {
            oldest.remove();
            excess--;
        }
    }

    private void savePin(Request request, Pin pin, List<RouterAction> actions) {
        pins.put(key(request), pin);
        actions.add(new RouterAction.SavePin(request.tenant(), request.function(), request.routingValue(), pin));
    }

    private static Pin pinTo(InstanceView target, String container, FunctionView.Version version, long nowMs) {
        return new Pin(target.id(), target.epoch(), container, version.name(), version.revision(), nowMs);
    }

    private Optional<InstanceView> live(String instanceId, long epoch) {
        return Optional.ofNullable(instances.get(instanceId)).filter(instance -> instance.epoch() == epoch);
    }

    /** What the instance said last, or what this router knows to be there, whichever is more: news of others is late. */
    private int load(InstanceView instance) {
        return Math.max(instance.load(), sentTo.getOrDefault(instance.id(), 0));
    }

    private static String notFound(Request request, boolean functionExists) {
        return functionExists
                ? "Function " + request.tenant() + "/" + request.function() + " has no version or alias "
                        + request.qualifier() + "."
                : "Function not found: " + request.tenant() + "/" + request.function()
                        + ". Deploy it first, or check its name.";
    }

    private static String key(Request request) {
        return key(request.tenant(), request.function(), request.routingValue());
    }

    private static String key(String tenant, String function, String routingValue) {
        return tenant + '/' + function + '/' + routingValue;
    }
}
