package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.RouterEvent.ResultArrived;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One router task's mind: what is in flight, what waits, what has ended; {@link Placement} knows where things are,
 * and {@link Course} takes each next step.
 *
 * <p>{@link #on} is a function of this state, an event and the time; it returns what is to be done and does nothing itself.
 * Not thread-safe: one task owns it. Its invariants, which the property tests check after every step: an invocation is
 * either in flight or done, never both; it ends once; nothing is dispatched to an instance that is gone; a function's limit
 * is never exceeded; of an ordered key one runs at a time, in order.
 */
public final class RouterCore {
    private final RouterLimits limits;
    private final Placement placement;
    private final Ledger ledger = new Ledger();
    private final Turnstile turnstile;
    private final Course course;
    private final Returning returning = new Returning();
    private final EarlyCancels earlyCancels = new EarlyCancels();

    private List<RouterAction> actions = new ArrayList<>();
    private long nowMs;

    public RouterCore(RouterLimits limits) {
        this(limits, RuleSettings.defaults());
    }

    public RouterCore(RouterLimits limits, RuleSettings settings) {
        this.limits = limits;
        this.placement = new Placement(limits, settings);
        this.turnstile = new Turnstile(limits, placement, ledger);
        this.course = new Course(limits, placement, ledger, turnstile);
    }

    /**
     * Takes in an event.
     *
     * @param eventMs epoch milliseconds; never less than at the call before
     * @return what to do, in order
     */
    public List<RouterAction> on(RouterEvent event, long eventMs) {
        begin(eventMs);
        event.accept(handler);
        course.drain();
        return actions;
    }

    private final RouterEvent.Visitor handler = new RouterEvent.Visitor() {
        @Override
        public void arrived(RouterEvent.InvocationArrived e) {
            RouterCore.this.arrived(e);
        }

        @Override
        public void ended(ResultArrived e) {
            RouterCore.this.ended(e);
        }

        @Override
        public void instanceChanged(RouterEvent.InstanceChanged e) {
            RouterCore.this.instanceChanged(e.instance());
        }

        @Override
        public void functionChanged(RouterEvent.FunctionChanged e) {
            turnstile.changed(e.function());
            ledger.all().stream()
                    .filter(flight -> awaits(flight, e.function()))
                    .sorted(Comparator.comparingLong(InFlight::sequence))
                    .toList()
                    .forEach(course::standInLine);
        }

        @Override
        public void functionDeleted(RouterEvent.FunctionDeleted e) {
            turnstile.deleted(FunctionView.key(e.tenant(), e.name()));
        }

        @Override
        public void containerRemoved(RouterEvent.ContainerRemoved e) {
            placement.keys().removed(e.containerId());
        }

        @Override
        public void cancelAsked(RouterEvent.CancelAsked e) {
            RouterCore.this.cancelAsked(e);
        }

        @Override
        public void tick(RouterEvent.Tick e) {
            for (InFlight due = ledger.nextDue(nowMs); due != null; due = ledger.nextDue(nowMs)) {
                due(due);
            }
            ledger.forgetDone(nowMs - limits.doneKeptMs(), limits.doneKept());
            earlyCancels.forget(nowMs - limits.doneKeptMs());
        }
    };

    /** The pin of a routing key, if it has one. */
    public Optional<Pin> pin(String tenant, String function, String routingValue) {
        Keys.Key key = placement.keys().find(tenant, function, routingValue);
        return Optional.ofNullable(key == null ? null : Keys.pin(key, key.savedMs));
    }

    /** How many invocations have no outcome yet. */
    public int inFlight() {
        return ledger.size() + returning.size();
    }

    /** How many of them wait here: for room, for their turn, or for their time. */
    public int waiting() {
        return ledger.waiting() + returning.size();
    }

    /** How many routing keys have been served, and are remembered with where. */
    public int pins() {
        return placement.keys().size();
    }

    /** Gives back a pin that was saved before a restart. */
    public void restorePin(String tenant, String function, String routingValue, Pin pin) {
        placement.keys().restore(tenant, function, routingValue, pin);
    }

    /** Gives back an invocation that was in flight before a restart. Nothing becomes of it until {@link #restored}. */
    public void restoreFlight(InFlight flight) {
        returning.add(flight);
    }

    /**
     * Gives back the memory that an invocation has ended.
     *
     * @param tenant whose it was; null if not known, like the next two
     * @param containerId where it ran
     */
    public void restoreDone(String invocationId, long endedMs, String tenant, String function, String containerId) {
        String functionKey = tenant == null || function == null ? null : FunctionView.key(tenant, function);
        ledger.restoreDone(invocationId, new Ledger.Ended(endedMs, functionKey, containerId));
    }

    /** After all was given back: takes up what was in flight, and places again what was on instances that did not survive. */
    public List<RouterAction> restored(long restoredMs) {
        begin(restoredMs);
        List<InFlight> flights = returning.take();
        flights.forEach(ledger::put);
        for (InFlight flight : flights) {
            String id = flight.request().id();
            Ledger.Ended ended = ledger.ended(id);
            if (ended != null) {
                ledger.end(flight, ended);
                actions.add(new RouterAction.Forget(id));
                continue;
            }
            if (!flight.request().isDelayed(nowMs)) {
                turnstile.joinsFirst(flight.request());
            }
            if (flight.isDispatched() && isLive(flight.sent())) {
                placement.count(flight.request(), flight.sent(), nowMs);
            }
        }
        for (InFlight flight : flights) {
            InFlight current = ledger.get(flight.request().id());
            if (current == null) {
                continue;
            }
            if (!current.isDispatched()) {
                ledger.hold(current, Math.max(nowMs, current.notBeforeMs()));
            } else if (!isLive(current.sent())) {
                lost(current);
            } else {
                // The record of it was safe, the dispatch perhaps not.
                sendAgain(current);
            }
        }
        course.drain();
        return actions;
    }

    /** What would become of an invocation now; it is not taken in. */
    public Foresight explain(Request request, long askedMs) {
        return Foresight.of(request, limits, turnstile, placement, askedMs);
    }

    private void begin(long atMs) {
        nowMs = atMs;
        actions = course.begin(atMs);
    }

    private void arrived(RouterEvent.InvocationArrived event) {
        Request request = event.request();
        if (ledger.ended(request.id()) != null) {
            return;
        }
        InFlight known = ledger.get(request.id());
        if (known != null) {
            // Published twice, or read again after a crash that may have lost the dispatch.
            if (known.isDispatched()) {
                sendAgain(known);
            }
            return;
        }
        InFlight flight = InFlight.arrived(request, event.sequence(), nowMs);
        RouterEvent.CancelAsked cancel = earlyCancels.take(request);
        if (cancel != null) {
            course.cancel(flight, cancel.reason());
            return;
        }
        Optional<Rejection> fault = Admission.fault(request, limits, nowMs);
        if (fault.isPresent()) {
            course.reject(flight, fault.get());
            return;
        }
        if (request.sameContainerAs() != null && !isKnownHere(request)) {
            // Those of a limited function meet here, so nobody else can know it.
            if (event.askedAll() || turnstile.rules(request).isLimited()) {
                course.reject(flight, Refusals.unknownInvocation(request));
            } else {
                actions.add(new RouterAction.AskNext(request));
            }
            return;
        }
        if (request.isDelayed(nowMs)) {
            course.hold(flight, request.terms().notBeforeMs());
            return;
        }
        placement.arrived(request, nowMs);
        course.standInLine(flight);
    }

    /** The executor suppresses a double, of an order to end as well. */
    private void sendAgain(InFlight flight) {
        actions.add(flight.cancelled() ? new RouterAction.EndAttempt(flight) : new RouterAction.Resend(flight));
    }

    private void cancelAsked(RouterEvent.CancelAsked order) {
        InFlight flight = ledger.get(order.invocationId());
        if (flight == null && ledger.ended(order.invocationId()) == null) {
            earlyCancels.add(order, nowMs);
        }
        if (flight == null || !order.isFor(flight.request())) {
            return;
        }
        if (flight.isDispatched()) {
            // Whichever comes first ends it: the attempt's own result, or that it was cancelled.
            InFlight doomed = flight.doomed();
            ledger.put(doomed);
            actions.add(new RouterAction.EndAttempt(doomed));
        } else {
            course.cancel(flight, order.reason());
        }
    }

    /** Whether it waits for no more than to hear of its function. */
    private boolean awaits(InFlight flight, FunctionView function) {
        Request request = flight.request();
        return !flight.isDispatched()
                && flight.past().isEmpty()
                && !request.isDelayed(nowMs)
                && request.functionKey().equals(function.key())
                && !turnstile.isQueued(request);
    }

    private void ended(ResultArrived result) {
        placement.reported(result.instanceId(), result.epoch(), result.load(), nowMs);
        InFlight flight = ledger.get(result.invocationId());
        if (flight == null || flight.hasFailed(result.attempt())) {
            return;
        }
        boolean current = flight.isDispatched() && result.attempt() == flight.attempt();
        if (flight.isDispatched() && !current && turnstile.runsAlone(flight.request())) {
            // Were it over with this, the next could start beside the attempt that runs now; that one's result will
            // come.
            return;
        }
        if (result.ending() == Ending.BOUNCED) {
            if (current) {
                placement.release(flight, null, false, nowMs);
                bounced(flight, result);
            }
            return;
        }
        // The first result wins, even from an epoch that has ended meanwhile: the work is done, and done once.
        if (flight.isDispatched()) {
            learn(flight, result, current);
        }
        boolean failed = result.ending() == Ending.FAILED || result.ending() == Ending.TIMED_OUT;
        boolean lasting = failed && !flight.request().synchronous();
        if (lasting && flight.cancelled()) {
            course.cancel(flight.ended(InFlight.PastAttempt.of(flight, result, result.errorType())), null);
            return;
        }
        OptionalLong retryMs = lasting ? retryMs(flight) : OptionalLong.empty();
        if (retryMs.isPresent()) {
            course.hold(flight.ended(InFlight.PastAttempt.of(flight, result, result.errorType())), retryMs.getAsLong());
        } else {
            course.end(flight, result.containerId());
            actions.add(new RouterAction.Complete(flight, result, lasting));
        }
    }

    /** When one that failed is run again; empty if it has failed too often, or would be too old by then. */
    private OptionalLong retryMs(InFlight flight) {
        FunctionView.Rules rules = turnstile.rules(flight.request());
        long atMs = nowMs + Backoff.beforeRetry(flight, rules.retryBackoffMs());
        Integer ofItsOwn = flight.request().terms().maxRetries();
        int most = ofItsOwn == null ? rules.maxRetries() : ofItsOwn;
        boolean again = flight.failures() < most && atMs < turnstile.expiresMs(flight);
        return again ? OptionalLong.of(atMs) : OptionalLong.empty();
    }

    private void learn(InFlight flight, ResultArrived result, boolean current) {
        if (result.ending() == Ending.CANCELLED) {
            // How long it would have run nobody knows, and its container is gone or as good as it was.
            placement.release(flight, null, false, nowMs);
            return;
        }
        String named = flight.sent().containerId();
        if (current && result.replacing() && named != null && !named.equals(result.containerId())) {
            placement.keys().removed(named);
        }
        placement.release(flight, current ? result.containerId() : null, true, nowMs);
        if (current) {
            placement.learn(flight, result);
            if (placement.confirmPin(flight, result)) {
                course.savePin(flight.request());
            }
        }
    }

    private void bounced(InFlight flight, ResultArrived result) {
        if (ResultArrived.GONE.equals(result.errorType())) {
            placement.keys().removed(flight.sent().containerId());
        }
        course.resume(Comeback.bounced(flight, result, limits, placement, nowMs));
    }

    private void lost(InFlight flight) {
        placement.release(flight, null, false, nowMs);
        course.resume(Comeback.lost(flight, limits, nowMs));
    }

    private void instanceChanged(InstanceView instance) {
        InstanceView before = placement.instance(instance.id());
        placement.changed(instance, nowMs);
        boolean epochEnded =
                before != null && (instance.state() == InstanceView.State.GONE || before.epoch() != instance.epoch());
        if (epochEnded) {
            for (InFlight flight : List.copyOf(ledger.all())) {
                if (flight.isAt(before.id(), before.epoch())) {
                    lost(flight);
                }
            }
        }
    }

    private void due(InFlight flight) {
        long expiresMs = turnstile.expiresMs(flight);
        if (nowMs >= expiresMs) {
            course.reject(
                    flight, Refusals.waitedTooLong(flight, nowMs, turnstile.limitReached(flight.request()), placement));
        } else if (turnstile.isQueued(flight.request())) {
            ledger.hold(flight, expiresMs);
        } else {
            if (flight.wasDelayed()) {
                placement.arrived(flight.request(), nowMs);
            }
            course.standInLine(flight);
        }
    }

    /** Whether the invocation whose container it wants is, or was, this task's; another tenant's does not count. */
    private boolean isKnownHere(Request request) {
        InFlight other = ledger.get(request.sameContainerAs());
        Ledger.Ended ended = ledger.ended(request.sameContainerAs());
        return (other != null && other.request().functionKey().equals(request.functionKey()))
                || (ended != null && request.functionKey().equals(ended.functionKey()));
    }

    private boolean isLive(InFlight.Sent sent) {
        InstanceView instance = placement.instance(sent.instanceId());
        return instance != null && instance.epoch() == sent.epoch();
    }
}
