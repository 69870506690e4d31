package dev.berth.sim.faults;

import dev.berth.router.core.InFlight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches what really runs: ordered keys in order and one at a time, limited functions within their limit.
 *
 * <p>Nobody can promise this of a key of which a zombie runs something, since nobody can stop a zombie; nor of one of which a
 * router got a dispatch out and crashed before its own memory of it was safe, or sent the next one and crashed before the
 * outcome of the one before was. Such keys are excused, and counted.
 */
final class KeyOrder {
    private record Key(String tenant, String function, String value) {
        static Key of(InFlight flight) {
            return new Key(
                    flight.request().tenant(),
                    flight.request().function(),
                    flight.request().routingValue());
        }
    }

    private static final class State {
        final List<Execution> running = new ArrayList<>();
        long lastOffset = -1;
        Execution last;
        boolean excused;
    }

    private final Tally tally;
    private final Set<Long> endedEpochs;
    private final Map<String, FunctionDef> functions = new HashMap<>();
    private final Map<Key, State> keys = new HashMap<>();
    private final Map<String, Set<Execution>> running = new HashMap<>();
    private boolean anyForgotten;

    KeyOrder(Tally tally, Set<Long> endedEpochs) {
        this.tally = tally;
        this.endedEpochs = endedEpochs;
    }

    void deployed(FunctionDef function) {
        functions.put(function.tenant() + "/" + function.name(), function);
    }

    int limit(String tenant, String function) {
        FunctionDef known = functions.get(tenant + "/" + function);
        return known == null ? -1 : known.limit();
    }

    void excuse(InFlight flight) {
        anyForgotten = true;
        excuse(keys.computeIfAbsent(Key.of(flight), key -> new State()), flight);
    }

    private void excuse(State state, InFlight flight) {
        if (!state.excused && isOrdered(flight)) {
            tally.excusedKeys++;
        }
        state.excused = true;
    }

    void started(Execution execution, long offset) {
        boolean zombie = endedEpochs.contains(execution.flight.sent().epoch());
        tally.zombieExecutions += zombie ? 1 : 0;
        if (isOrdered(execution.flight)) {
            startedInOrder(execution, offset, zombie);
        }
        limit(execution);
    }

    void ended(Execution execution) {
        State state = keys.get(Key.of(execution.flight));
        if (state != null) {
            state.running.remove(execution);
        }
        Set<Execution> ofFunction = running.get(name(execution.flight));
        if (ofFunction != null) {
            ofFunction.remove(execution);
        }
    }

    private void startedInOrder(Execution execution, long offset, boolean zombie) {
        State state = keys.computeIfAbsent(Key.of(execution.flight), key -> new State());
        if (zombie
                || state.running.stream()
                        .anyMatch(other ->
                                endedEpochs.contains(other.flight.sent().epoch()))) {
            excuse(state, execution.flight);
        }
        if (!state.excused && !state.running.isEmpty()) {
            throw new Violation(
                    Promise.ORDERED_DO_NOT_OVERLAP,
                    execution.invocationId(),
                    execution + " started while " + state.running.get(0) + " of the same ordered key runs.");
        }
        // Its turn came when it was due, whatever its offset.
        boolean delayed = execution.flight.request().terms().notBeforeMs() > 0;
        if (!state.excused && !delayed && offset < state.lastOffset) {
            throw new Violation(
                    Promise.ORDER_HOLDS,
                    execution.invocationId(),
                    execution + " started after " + state.last + ", which came later (offset " + state.lastOffset
                            + ", not " + offset + ").");
        }
        if (!delayed && offset >= state.lastOffset) {
            state.lastOffset = offset;
            state.last = execution;
        }
        state.running.add(execution);
    }

    private void limit(Execution execution) {
        String name = name(execution.flight);
        Set<Execution> ofFunction = running.computeIfAbsent(name, function -> new HashSet<>());
        ofFunction.add(execution);
        int limit = functions.get(name).limit();
        // What ran where an instance was lost may have been placed anew: only without losses is it exact.
        if (limit >= 0 && ofFunction.size() > limit && endedEpochs.isEmpty() && !anyForgotten) {
            throw new Violation(
                    Promise.LIMITS_HOLD,
                    execution.invocationId(),
                    ofFunction.size() + " invocations of " + name + " run; its limit is " + limit + ": " + ofFunction
                            + ".");
        }
    }

    private boolean isOrdered(InFlight flight) {
        return flight.request().routingValue() != null
                && functions.get(name(flight)).ordered();
    }

    private static String name(InFlight flight) {
        return flight.request().tenant() + "/" + flight.request().function();
    }
}
