package dev.berth.router.core;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose turn it is: functions with their limits, the queues of those that wait for capacity, the lines of ordered keys. It knows who
 * may go; where to is {@link Placement}'s.
 */
final class Turnstile {
    private final RouterLimits limits;
    private final Placement placement;
    private final Ledger ledger;
    private final Map<String, FunctionView> functions = new HashMap<>();
    private final Backlog backlog = new Backlog();
    private final Lines lines = new Lines();
    /** First in their lines since the one before them ended. */
    private final ArrayDeque<String> followers = new ArrayDeque<>();

    Turnstile(RouterLimits limits, Placement placement, Ledger ledger) {
        this.limits = limits;
        this.placement = placement;
        this.ledger = ledger;
    }

    void changed(FunctionView function) {
        functions.put(function.key(), function);
    }

    void deleted(String functionKey) {
        functions.remove(functionKey);
    }

    Optional<FunctionView> function(Request request) {
        return Optional.ofNullable(functions.get(request.functionKey()));
    }

    FunctionView.Rules rules(Request request) {
        FunctionView function = functions.get(request.functionKey());
        return function == null ? FunctionView.Rules.defaults() : function.rules();
    }

    /** Whether it matters to others that no attempt of it is left running behind. */
    boolean runsAlone(Request request) {
        FunctionView.Rules rules = rules(request);
        return rules.ordered() || rules.isLimited();
    }

    /** Whether it must wait its turn: for its function's limit, for the fleet, or behind those that wait already. */
    boolean isGated(Request request) {
        return limitReached(request) || placement.isFull() || (!backlog.isEmpty() && backlog.has(request));
    }

    boolean limitReached(Request request) {
        return !isBelowLimit(request.functionKey());
    }

    private boolean isBelowLimit(String functionKey) {
        FunctionView function = functions.get(functionKey);
        return function == null
                || !function.rules().isLimited()
                || ledger.dispatched(functionKey) < function.rules().concurrency();
    }

    /** Until when an invocation may wait for a place. */
    long expiresMs(InFlight flight) {
        Request request = flight.request();
        long deadlineMs = request.deadlineMs() > 0 ? request.deadlineMs() : Long.MAX_VALUE;
        long notBeforeMs = request.terms().notBeforeMs();
        long patienceMs = request.synchronous()
                ? flight.waitsSinceMs() + limits.syncWaitMs()
                : Math.max(notBeforeMs, Math.min(request.publishedMs(), flight.arrivedMs()))
                        + rules(request).maxAgeMs();
        return Math.min(deadlineMs, patienceMs);
    }

    /** It waits for capacity from now on. */
    void queue(Request request) {
        backlog.add(request);
    }

    /** Takes its place in the line of its key, if its function is ordered; false if others come before it. */
    boolean joinsFirst(Request request) {
        return !rules(request).ordered() || lines.join(request);
    }

    /** Whether it waits for others to make way, not for a time. */
    boolean isQueued(Request request) {
        return backlog.contains(request.id()) || lines.isBehind(request);
    }

    /** It is over; whoever stood behind it in line is next. */
    void leave(Request request) {
        backlog.remove(request);
        String next = lines.leave(request);
        if (next != null) {
            followers.add(next);
        }
    }

    /** One that has come to the front of its line and waits for a place; null if there is none. */
    InFlight nextInLine() {
        while (!followers.isEmpty()) {
            InFlight follower = ledger.get(followers.poll());
            // It may have come to the backlog by itself: one that was due when the one before it ended.
            if (follower != null
                    && !follower.isDispatched()
                    && !backlog.contains(follower.request().id())) {
                return follower;
            }
        }
        return null;
    }

    /** The next for which there is capacity now; null if there is none. */
    InFlight nextForCapacity() {
        if (backlog.isEmpty() || placement.isFull()) {
            return null;
        }
        String id = backlog.next(this::isBelowLimit, ledger::dispatched, ledger::dispatched);
        return id == null ? null : ledger.get(id);
    }
}
