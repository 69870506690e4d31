package dev.berth.router.core;

import dev.berth.router.core.RouterAction.Rejection;
import dev.berth.router.core.affinity.AffinityDecision;
import dev.berth.router.core.affinity.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes an invocation's next step: sends it, holds it, refuses it, or ends it. {@link RouterCore} says when; {@link Turnstile} knows
 * whose turn it is, {@link Placement} where to.
 */
final class Course {
    private final RouterLimits limits;
    private final Placement placement;
    private final Ledger ledger;
    private final Turnstile turnstile;

    private List<RouterAction> actions = new ArrayList<>();
    private long nowMs;

    Course(RouterLimits limits, Placement placement, Ledger ledger, Turnstile turnstile) {
        this.limits = limits;
        this.placement = placement;
        this.ledger = ledger;
        this.turnstile = turnstile;
    }

    /** Something happens at this time; what is to be done about it will be in the list. */
    List<RouterAction> begin(long atMs) {
        nowMs = atMs;
        actions = new ArrayList<>(2);
        return actions;
    }

    private record Found(FunctionView function, FunctionView.Version version) {}

    /** Finds a place for an invocation that has none: sends it, holds it, or refuses it. */
    void place(InFlight flight, Placement.Avoid avoid) {
        resolve(flight).ifPresent(found -> {
            Request request = flight.request();
            boolean throttled =
                    turnstile.limitReached(request) && request.synchronous() && request.busy() != Ask.Busy.WAIT;
            if (throttled) {
                reject(flight, Refusals.limit(request, found.function().rules().concurrency()));
            } else if (turnstile.isGated(request)) {
                turnstile.queue(request);
                hold(flight, Long.MAX_VALUE);
            } else {
                admit(flight, found, avoid);
            }
        });
    }

    void standInLine(InFlight flight) {
        if (turnstile.joinsFirst(flight.request())) {
            place(flight, Placement.Avoid.NOTHING);
        } else {
            hold(flight, Long.MAX_VALUE);
        }
    }

    void resume(Comeback comeback) {
        if (comeback.flight().cancelled()) {
            cancel(comeback.flight(), null);
        } else if (comeback.rejection() != null) {
            reject(comeback.flight(), comeback.rejection());
        } else if (comeback.pauseMs() > 0) {
            hold(comeback.flight(), nowMs + comeback.pauseMs());
        } else {
            place(comeback.flight(), comeback.avoid());
        }
    }

    /** Places those whose turn has come in their line, and what waits for capacity, as far as there is some. */
    void drain() {
        for (InFlight next = turnstile.nextInLine(); next != null; next = turnstile.nextInLine()) {
            place(next, Placement.Avoid.NOTHING);
        }
        for (InFlight next = turnstile.nextForCapacity(); next != null; next = turnstile.nextForCapacity()) {
            InFlight first = next;
            resolve(first).ifPresent(found -> admit(first, found, Placement.Avoid.NOTHING));
        }
    }

    /** What it asks for; empty if that cannot be said, and it was held or refused therefore. */
    private Optional<Found> resolve(InFlight flight) {
        Request request = flight.request();
        if (request.isLate(nowMs)) {
            reject(flight, Refusals.late());
            return Optional.empty();
        }
        Optional<FunctionView> function = turnstile.function(request);
        Optional<Found> found =
                function.flatMap(known -> known.resolve(request).map(version -> new Found(known, version)));
        long graceMs = flight.waitsSinceMs() + limits.unknownFunctionGraceMs();
        if (found.isEmpty() && nowMs < graceMs) {
            hold(flight, graceMs);
        } else if (found.isEmpty()) {
            reject(flight, Refusals.notFound(request, function.isPresent()));
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
            turnstile.queue(request);
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
        } else {
            resume(Comeback.targetGone(flight));
        }
    }

    void hold(InFlight flight, long untilMs) {
        long dueMs = Math.min(untilMs, turnstile.expiresMs(flight));
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

    void reject(InFlight flight, Rejection rejection) {
        end(flight, null);
        actions.add(new RouterAction.Reject(flight, rejection));
    }

    /** It is over, and no attempt of it runs. */
    void cancel(InFlight flight, String reason) {
        end(flight, null);
        actions.add(new RouterAction.Cancelled(flight, Refusals.cancelled(flight, reason)));
    }

    void end(InFlight flight, String containerId) {
        Request request = flight.request();
        ledger.end(flight, new Ledger.Ended(nowMs, request.functionKey(), containerId));
        turnstile.leave(request);
    }

    void savePin(Request request) {
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
