package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.router.core.RouterEvent.Ending;
import dev.berth.router.core.RouterEvent.ResultArrived;
import dev.berth.router.core.affinity.AffinityDecision;
import dev.berth.router.core.affinity.Ask;
import dev.berth.router.core.affinity.RuleSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One router task's mind: what is in flight, what waits, what has ended; {@link Placement} knows where things are.
 *
 * <p>{@link #on} is a function of this state, an event and the time; it returns what is to be done and does nothing itself.
 * Not thread-safe: one task owns it. Its invariants, which the property tests check after every step: an invocation is
 * either in flight or done, never both; it ends once; nothing is dispatched to an instance that is gone; a function's limit
 * is never exceeded; of an ordered key one runs at a time, in order.
 */
public final class RouterCore {
    private final RouterLimits limits;
    private final Map<String, FunctionView> functions = new HashMap<>();
    private final Placement placement;
    private final Ledger ledger = new Ledger();
    private final Backlog backlog = new Backlog();
    private final Lines lines = new Lines();
    /** First in their lines since the one before them ended. */
    private final ArrayDeque<String> followers = new ArrayDeque<>();
    /** Given back, and not taken up yet: until all is known, news of functions and instances must not move them. */
    private final List<InFlight> toRestore = new ArrayList<>();

    private List<RouterAction> actions = new ArrayList<>();
    private long nowMs;

    public RouterCore(RouterLimits limits) {
        this(limits, RuleSettings.defaults());
    }

    public RouterCore(RouterLimits limits, RuleSettings settings) {
        this.limits = limits;
        this.placement = new Placement(limits, settings);
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
        drain();
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
            functions.put(e.function().key(), e.function());
            ledger.all().stream()
                    .filter(flight -> awaits(flight, e.function()))
                    .sorted(Comparator.comparingLong(InFlight::sequence))
                    .toList()
                    .forEach(RouterCore.this::standInLine);
        }

        @Override
        public void functionDeleted(RouterEvent.FunctionDeleted e) {
            functions.remove(FunctionView.key(e.tenant(), e.name()));
        }

        @Override
        public void containerRemoved(RouterEvent.ContainerRemoved e) {
            placement.keys().removed(e.containerId());
        }

        @Override
        public void tick(RouterEvent.Tick e) {
            for (InFlight due = ledger.nextDue(nowMs); due != null; due = ledger.nextDue(nowMs)) {
                due(due);
            }
            ledger.forgetDone(nowMs - limits.doneKeptMs(), limits.doneKept());
        }
    };

    /** The pin of a routing key, if it has one. */
    public Optional<Pin> pin(String tenant, String function, String routingValue) {
        Keys.Key key = placement.keys().find(FunctionView.key(tenant, function) + '/' + routingValue);
        return Optional.ofNullable(key == null ? null : Keys.pin(key, key.savedMs));
    }

    /** How many invocations have no outcome yet. */
    public int inFlight() {
        return ledger.size() + toRestore.size();
    }

    /** Gives back a pin that was saved before a restart. */
    public void restorePin(String tenant, String function, String routingValue, Pin pin) {
        placement.keys().restore(tenant, function, routingValue, pin);
    }

    /** Gives back an invocation that was in flight before a restart. Nothing becomes of it until {@link #restored}. */
    public void restoreFlight(InFlight flight) {
        toRestore.add(flight);
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
        List<InFlight> flights = new ArrayList<>(toRestore);
        toRestore.clear();
        flights.forEach(ledger::put);
        flights.sort(Comparator.comparingLong(InFlight::sequence));
        for (InFlight flight : flights) {
            String id = flight.request().id();
            Ledger.Ended ended = ledger.ended(id);
            if (ended != null) {
                ledger.end(flight, ended);
                actions.add(new RouterAction.Forget(id));
                continue;
            }
            if (rules(flight.request()).ordered()) {
                lines.join(flight.request());
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
                // The record of it was safe, the dispatch perhaps not; the executor suppresses a double.
                actions.add(new RouterAction.Resend(current));
            }
        }
        drain();
        return actions;
    }

    /** What would become of an invocation now; it is not taken in. */
    public Foresight explain(Request request, long askedMs) {
        begin(askedMs);
        InFlight flight = InFlight.arrived(request, 0, nowMs);
        FunctionView function = functions.get(request.functionKey());
        Optional<FunctionView.Version> version =
                function == null ? Optional.empty() : function.resolve(request.qualifier());
        Optional<Rejection> fault = Admission.fault(request, limits);
        if (fault.isEmpty() && version.isEmpty()) {
            fault = Optional.of(Refusals.notFound(request, function != null));
        }
        if (fault.isPresent()) {
            return new Foresight(null, fault.get(), null);
        }
        if (isGated(request)) {
            return new Foresight(null, null, Refusals.whyHeld(request, limitReached(request), placement));
        }
        Placement.Placed placed = placement.wouldPlace(flight, version.get(), nowMs);
        return placed.dispatch() == null
                ? new Foresight(null, Refusals.of(placed.decision(), request), null)
                : new Foresight(placed.dispatch().decision(), null, null);
    }

    /**
     * What would become of an invocation: one of the three.
     *
     * @param decision where it would go
     * @param rejection why it would be refused
     * @param held why it would have to wait
     */
    public record Foresight(Decision decision, Rejection rejection, String held) {}

    private void begin(long atMs) {
        nowMs = atMs;
        actions = new ArrayList<>(2);
    }

    private void arrived(RouterEvent.InvocationArrived event) {
        Request request = event.request();
        if (ledger.ended(request.id()) != null) {
            return;
        }
        InFlight known = ledger.get(request.id());
        if (known != null) {
            // Published twice, or read again after a crash that may have lost the dispatch: the executor suppresses a
            // double.
            if (known.isDispatched()) {
                actions.add(new RouterAction.Resend(known));
            }
            return;
        }
        InFlight flight = InFlight.arrived(request, event.sequence(), nowMs);
        Optional<Rejection> fault = Admission.fault(request, limits);
        if (fault.isPresent()) {
            reject(flight, fault.get());
            return;
        }
        if (request.sameContainerAs() != null && !isKnownHere(request)) {
            // Those of a limited function meet here, so nobody else can know it.
            if (event.askedAll() || rules(request).isLimited()) {
                reject(flight, Refusals.unknownInvocation(request));
            } else {
                actions.add(new RouterAction.AskNext(request));
            }
            return;
        }
        placement.arrived(request, nowMs);
        standInLine(flight);
    }

    /** Whether it waits for no more than to hear of its function. */
    private boolean awaits(InFlight flight, FunctionView function) {
        Request request = flight.request();
        return !flight.isDispatched()
                && flight.past().isEmpty()
                && request.functionKey().equals(function.key())
                && !backlog.contains(request.id())
                && !lines.isBehind(request);
    }

    private void standInLine(InFlight flight) {
        if (rules(flight.request()).ordered() && !lines.join(flight.request())) {
            hold(flight, Long.MAX_VALUE);
        } else {
            place(flight, Placement.Avoid.NOTHING);
        }
    }

    private void ended(ResultArrived result) {
        placement.reported(result.instanceId(), result.epoch(), result.load(), nowMs);
        InFlight flight = ledger.get(result.invocationId());
        if (flight == null || flight.hasFailed(result.attempt())) {
            return;
        }
        boolean current = flight.isDispatched() && result.attempt() == flight.attempt();
        if (flight.isDispatched() && !current && runsAlone(flight.request())) {
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
        FunctionView.Rules rules = rules(flight.request());
        boolean failed = result.ending() == Ending.FAILED || result.ending() == Ending.TIMED_OUT;
        boolean lasting = failed && !flight.request().synchronous();
        if (lasting && mayRetry(flight, rules)) {
            retry(flight, result, rules);
        } else {
            end(flight, result.containerId());
            actions.add(new RouterAction.Complete(flight, result, lasting));
        }
    }

    /** Whether it matters to others that no attempt of it is left running behind. */
    private boolean runsAlone(Request request) {
        FunctionView.Rules rules = rules(request);
        return rules.ordered() || rules.isLimited();
    }

    private void learn(InFlight flight, ResultArrived result, boolean current) {
        String named = flight.sent().containerId();
        if (current && result.replacing() && named != null && !named.equals(result.containerId())) {
            placement.keys().removed(named);
        }
        placement.release(flight, current ? result.containerId() : null, true, nowMs);
        if (current) {
            placement.learn(flight, result);
            if (placement.confirmPin(flight, result)) {
                savePin(flight.request());
            }
        }
    }

    private static boolean mayRetry(InFlight flight, FunctionView.Rules rules) {
        return flight.failures() < rules.maxRetries();
    }

    private void retry(InFlight flight, ResultArrived result, FunctionView.Rules rules) {
        long backoffMs = Backoff.beforeRetry(flight, rules.retryBackoffMs());
        InFlight failed = flight.ended(past(flight, result, result.errorType()));
        long expiresMs = expiresMs(failed);
        if (nowMs + backoffMs >= expiresMs) {
            end(flight, result.containerId());
            actions.add(new RouterAction.Complete(flight, result, true));
        } else {
            hold(failed, nowMs + backoffMs);
        }
    }

    private void bounced(InFlight flight, ResultArrived result) {
        Request request = flight.request();
        boolean busy =
                ResultArrived.BUSY.equals(result.errorType()) && !flight.sent().joins();
        boolean gone = ResultArrived.GONE.equals(result.errorType());
        if (gone) {
            placement.keys().removed(flight.sent().containerId());
        }
        InFlight returned = flight.ended(past(flight, result, busy || gone ? result.errorType() : "Bounced"));
        if (gone && request.required()) {
            reject(returned, Refusals.gone(request));
        } else if (gone) {
            place(returned.asking(request.anywhere()).replacing(), Placement.Avoid.NOTHING);
        } else if (busy && mustHave(request)) {
            reject(returned, Refusals.busy(request, nowMs - flight.arrivedMs()));
        } else if (busy) {
            place(returned.asking(request.anywhere()).spilled(), avoid(returned));
        } else {
            noRoom(returned.bounced(), result.errorMessage());
        }
    }

    /** Whether it would rather fail than run elsewhere when its target is busy. */
    private static boolean mustHave(Request request) {
        boolean named = request.namesContainer() && request.busy() != Ask.Busy.SPILL;
        return request.busy() == Ask.Busy.FAIL || request.busy() == Ask.Busy.WAIT || request.required() || named;
    }

    private void noRoom(InFlight returned, String why) {
        if (returned.bounces() > limits.maxBounces()) {
            reject(returned, Refusals.bounced(returned, why));
            return;
        }
        Placement.Avoid avoid = avoid(returned);
        boolean another = placement.instances().stream()
                .anyMatch(i -> i.state() == InstanceView.State.LIVE
                        && !avoid.excluded().contains(i.id()));
        if (another) {
            place(returned, avoid);
        } else {
            hold(returned, nowMs + (limits.bounceBackoffMs() << returned.bounces()));
        }
    }

    private static Placement.Avoid avoid(InFlight flight) {
        Set<String> excluded = new HashSet<>();
        Set<String> busyAt = new HashSet<>();
        for (InFlight.PastAttempt attempt : flight.past()) {
            if (attempt.ending() == Ending.BOUNCED) {
                (ResultArrived.BUSY.equals(attempt.errorType()) ? busyAt : excluded).add(attempt.instanceId());
            }
        }
        return new Placement.Avoid(excluded, busyAt);
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

    private void lost(InFlight flight) {
        placement.release(flight, null, false, nowMs);
        InFlight returned = flight.ended(new InFlight.PastAttempt(
                flight.attempt(), flight.sent().instanceId(), null, Ending.LOST, Refusals.LOST, nowMs * 1_000));
        if (returned.losses() > limits.maxLosses()) {
            reject(returned, Refusals.lost(returned, flight.sent().instanceId()));
        } else if (flight.sent().unkeyed()) {
            if (flight.request().required()) {
                reject(returned, Refusals.gone(flight.request()));
            } else {
                place(returned.asking(flight.request().anywhere()).replacing(), Placement.Avoid.NOTHING);
            }
        } else {
            place(returned, Placement.Avoid.NOTHING);
        }
    }

    private void due(InFlight flight) {
        long expiresMs = expiresMs(flight);
        if (nowMs >= expiresMs) {
            reject(flight, Refusals.waitedTooLong(flight, nowMs, limitReached(flight.request()), placement));
        } else if (backlog.contains(flight.request().id()) || lines.isBehind(flight.request())) {
            ledger.hold(flight, expiresMs);
        } else {
            place(flight, Placement.Avoid.NOTHING);
        }
    }

    /** Places those whose turn has come in their line, and what waits for capacity, as far as there is some. */
    private void drain() {
        while (!followers.isEmpty()) {
            InFlight follower = ledger.get(followers.poll());
            // It may have come to the backlog by itself: one that was due when the one before it ended.
            if (follower != null
                    && !follower.isDispatched()
                    && !backlog.contains(follower.request().id())) {
                place(follower, Placement.Avoid.NOTHING);
            }
        }
        while (!backlog.isEmpty() && !placement.isFull()) {
            String id = backlog.next(this::isBelowLimit, ledger::dispatched, ledger::dispatched);
            if (id == null) {
                return;
            }
            InFlight first = ledger.get(id);
            resolve(first).ifPresent(found -> admit(first, found, Placement.Avoid.NOTHING));
        }
    }

    private record Found(FunctionView function, FunctionView.Version version) {}

    /** Finds a place for an invocation that has none: sends it, holds it, or refuses it. */
    private void place(InFlight flight, Placement.Avoid avoid) {
        resolve(flight).ifPresent(found -> {
            Request request = flight.request();
            boolean throttled = limitReached(request) && request.synchronous() && request.busy() != Ask.Busy.WAIT;
            if (throttled) {
                reject(flight, Refusals.limit(request, found.function().rules().concurrency()));
            } else if (isGated(request)) {
                backlog.add(request);
                hold(flight, Long.MAX_VALUE);
            } else {
                admit(flight, found, avoid);
            }
        });
    }

    /** What it asks for; empty if that cannot be said, and it was held or refused therefore. */
    private Optional<Found> resolve(InFlight flight) {
        Request request = flight.request();
        if (request.isLate(nowMs)) {
            reject(flight, Refusals.late());
            return Optional.empty();
        }
        FunctionView function = functions.get(request.functionKey());
        Optional<Found> found = Optional.ofNullable(function)
                .flatMap(known -> known.resolve(request.qualifier()))
                .map(version -> new Found(function, version));
        long graceMs = flight.arrivedMs() + limits.unknownFunctionGraceMs();
        if (found.isEmpty() && nowMs < graceMs) {
            hold(flight, graceMs);
        } else if (found.isEmpty()) {
            reject(flight, Refusals.notFound(request, function != null));
        }
        return found;
    }

    private void admit(InFlight flight, Found found, Placement.Avoid avoid) {
        if (flight.request().namesContainer()) {
            placeNamed(flight, found.version());
        } else {
            send(flight, found.function(), found.version(), avoid);
        }
    }

    private void send(InFlight flight, FunctionView function, FunctionView.Version version, Placement.Avoid avoid) {
        Request request = flight.request();
        Placement.Placed placed = placement.place(flight, function, version, avoid, nowMs);
        if (placed.dispatch() != null) {
            ledger.put(placed.dispatch().flight());
            Keys.Key key = placement.keys().of(request);
            if (placed.decision().pins() != null || nowMs - key.savedMs >= limits.pinSaveMs()) {
                savePin(request);
            }
            actions.add(placed.dispatch());
        } else if (placed.decision().step() == AffinityDecision.Step.REFUSED_NO_INSTANCE) {
            backlog.add(request);
            hold(flight, Long.MAX_VALUE);
        } else {
            reject(flight, Refusals.of(placed.decision(), request));
        }
    }

    private void placeNamed(InFlight flight, FunctionView.Version version) {
        Request request = flight.request();
        Request named = request;
        if (request.containerId() == null) {
            if (ledger.get(request.sameContainerAs()) != null) {
                hold(flight, nowMs + limits.sameContainerPollMs());
                return;
            }
            Ledger.Ended other = ledger.ended(request.sameContainerAs());
            named = request.in(other == null ? null : other.containerId());
        }
        RouterAction.Dispatch dispatch =
                named.containerId() == null ? null : placement.placeNamed(flight.asking(named), version, nowMs);
        if (dispatch != null) {
            ledger.put(dispatch.flight());
            actions.add(dispatch);
        } else if (request.required()) {
            reject(flight, Refusals.gone(request));
        } else {
            place(flight.asking(request.anywhere()).replacing(), Placement.Avoid.NOTHING);
        }
    }

    /** Whether the invocation whose container it wants is, or was, this task's; another tenant's does not count. */
    private boolean isKnownHere(Request request) {
        InFlight other = ledger.get(request.sameContainerAs());
        Ledger.Ended ended = ledger.ended(request.sameContainerAs());
        return (other != null && other.request().functionKey().equals(request.functionKey()))
                || (ended != null && request.functionKey().equals(ended.functionKey()));
    }

    /** Whether it must wait its turn: for its function's limit, for the fleet, or behind those that wait already. */
    private boolean isGated(Request request) {
        return limitReached(request) || placement.isFull() || (!backlog.isEmpty() && backlog.has(request));
    }

    private boolean limitReached(Request request) {
        return !isBelowLimit(request.functionKey());
    }

    private boolean isBelowLimit(String functionKey) {
        FunctionView function = functions.get(functionKey);
        return function == null
                || !function.rules().isLimited()
                || ledger.dispatched(functionKey) < function.rules().concurrency();
    }

    private void hold(InFlight flight, long untilMs) {
        long dueMs = Math.min(untilMs, expiresMs(flight));
        InFlight held = flight.waitingUntil(untilMs == Long.MAX_VALUE ? 0 : dueMs);
        InFlight before = ledger.get(flight.request().id());
        ledger.hold(held, dueMs);
        // One that goes on waiting is saved already.
        if (before == null
                || before.isDispatched()
                || before.past().size() != held.past().size()) {
            actions.add(new RouterAction.Hold(held));
        }
    }

    /** Until when it may wait for a place. */
    private long expiresMs(InFlight flight) {
        Request request = flight.request();
        long deadlineMs = request.deadlineMs() > 0 ? request.deadlineMs() : Long.MAX_VALUE;
        long patienceMs = request.synchronous()
                ? flight.arrivedMs() + limits.syncWaitMs()
                : Math.min(request.publishedMs(), flight.arrivedMs())
                        + rules(request).maxAgeMs();
        return Math.min(deadlineMs, patienceMs);
    }

    private void reject(InFlight flight, Rejection rejection) {
        end(flight, null);
        actions.add(new RouterAction.Reject(flight, rejection));
    }

    /** It is over; whoever stood behind it in line is next. */
    private void end(InFlight flight, String containerId) {
        Request request = flight.request();
        ledger.end(flight, new Ledger.Ended(nowMs, request.functionKey(), containerId));
        backlog.remove(request);
        String next = lines.leave(request);
        if (next != null) {
            followers.add(next);
        }
    }

    private FunctionView.Rules rules(Request request) {
        FunctionView function = functions.get(request.functionKey());
        return function == null ? FunctionView.Rules.defaults() : function.rules();
    }

    private boolean isLive(InFlight.Sent sent) {
        InstanceView instance = placement.instance(sent.instanceId());
        return instance != null && instance.epoch() == sent.epoch();
    }

    private static InFlight.PastAttempt past(InFlight flight, ResultArrived result, String errorType) {
        return new InFlight.PastAttempt(
                flight.attempt(),
                result.instanceId(),
                result.containerId(),
                result.ending(),
                errorType,
                result.endedUs());
    }

    private void savePin(Request request) {
        Keys.Key key = placement.keys().of(request);
        if (key.value != null) {
            key.savedMs = nowMs;
            Pin pin = Keys.pin(key, nowMs);
            if (pin != null) {
                actions.add(new RouterAction.SavePin(key.tenant, key.function, key.value, pin));
            }
        }
    }
}
