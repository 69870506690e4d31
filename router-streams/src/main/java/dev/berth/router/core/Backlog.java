package dev.berth.router.core;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Invocations that wait for capacity, in a queue for each function: those with more priority first, and of equal ones the first
 * that came. Of an ordered key only the first is ever here, so that no priority changes its order.
 *
 * <p>Fair: next is the tenant with the fewest invocations in flight, and of its functions the one with the fewest, so that all who
 * wait come to an equal share of the fleet (max-min fairness), however many the others have sent and however long they run.
 * Between equals, the one that was served longest ago.
 */
final class Backlog {
    private static final Comparator<Place> IN_TURN =
            Comparator.comparingInt((Place place) -> -place.priority()).thenComparingLong(Place::number);

    private record Place(int priority, long number, String id) {}

    private final LinkedHashMap<String, LinkedHashMap<String, TreeSet<Place>>> byTenant = new LinkedHashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private long added;

    boolean isEmpty() {
        return places.isEmpty();
    }

    boolean contains(String id) {
        return places.containsKey(id);
    }

    boolean has(Request request) {
        LinkedHashMap<String, TreeSet<Place>> functions = byTenant.get(request.tenant());
        return functions != null && functions.containsKey(request.functionKey());
    }

    void add(Request request) {
        Place place = new Place(request.terms().priority(), added++, request.id());
        places.put(request.id(), place);
        byTenant.computeIfAbsent(request.tenant(), t -> new LinkedHashMap<>())
                .computeIfAbsent(request.functionKey(), f -> new TreeSet<>(IN_TURN))
                .add(place);
    }

    void remove(Request request) {
        Place place = places.remove(request.id());
        if (place != null) {
            byTenant.get(request.tenant()).get(request.functionKey()).remove(place);
            tidy(request.tenant(), request.functionKey());
        }
    }

    /**
     * Takes out the next.
     *
     * @param mayRun whether a function is below its limit
     * @param tenantLoad invocations in flight of a tenant
     * @param functionLoad and of a function
     * @return its id; null if none may run
     */
    String next(Predicate<String> mayRun, ToIntFunction<String> tenantLoad, ToIntFunction<String> functionLoad) {
        String tenant = null;
        String function = null;
        for (var one : byTenant.entrySet()) {
            if (tenant != null && tenantLoad.applyAsInt(one.getKey()) >= tenantLoad.applyAsInt(tenant)) {
                continue;
            }
            String least = least(one.getValue(), mayRun, functionLoad);
            if (least != null) {
                tenant = one.getKey();
                function = least;
            }
        }
        if (tenant == null) {
            return null;
        }
        var functions = byTenant.remove(tenant);
        var queue = functions.remove(function);
        String id = queue.pollFirst().id();
        places.remove(id);
        functions.put(function, queue);
        byTenant.put(tenant, functions);
        tidy(tenant, function);
        return id;
    }

    private static String least(
            Map<String, ?> functions, Predicate<String> mayRun, ToIntFunction<String> functionLoad) {
        String least = null;
        for (String function : functions.keySet()) {
            if (mayRun.test(function)
                    && (least == null || functionLoad.applyAsInt(function) < functionLoad.applyAsInt(least))) {
                least = function;
            }
        }
        return least;
    }

    private void tidy(String tenant, String function) {
        var functions = byTenant.get(tenant);
        if (functions.get(function).isEmpty()) {
            functions.remove(function);
            if (functions.isEmpty()) {
                byTenant.remove(tenant);
            }
        }
    }
}
