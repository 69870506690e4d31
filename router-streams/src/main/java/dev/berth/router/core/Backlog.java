package dev.berth.router.core;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Invocations that wait for capacity, in a queue for each function.
 *
 * <p>Fair: next is the tenant with the fewest invocations in flight, and of its functions the one with the fewest, so that all who
 * wait come to an equal share of the fleet (max-min fairness), however many the others have sent and however long they run.
 * Between equals, the one that was served longest ago.
 */
final class Backlog {
    private final LinkedHashMap<String, LinkedHashMap<String, ArrayDeque<String>>> byTenant = new LinkedHashMap<>();
    private final Map<String, String> functionOf = new HashMap<>();

    boolean isEmpty() {
        return functionOf.isEmpty();
    }

    boolean contains(String id) {
        return functionOf.containsKey(id);
    }

    boolean has(Request request) {
        LinkedHashMap<String, ArrayDeque<String>> functions = byTenant.get(request.tenant());
        return functions != null && functions.containsKey(request.functionKey());
    }

    void add(Request request) {
        functionOf.put(request.id(), request.functionKey());
        byTenant.computeIfAbsent(request.tenant(), t -> new LinkedHashMap<>())
                .computeIfAbsent(request.functionKey(), f -> new ArrayDeque<>())
                .addLast(request.id());
    }

    void remove(Request request) {
        if (functionOf.remove(request.id()) != null) {
            byTenant.get(request.tenant()).get(request.functionKey()).remove(request.id());
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
        String id = queue.pollFirst();
        functionOf.remove(id);
        functions.put(function, queue);
        byTenant.put(tenant, functions);
        tidy(tenant, function);
        return id;
    }

    private static String least(
            Map<String, ArrayDeque<String>> functions, Predicate<String> mayRun, ToIntFunction<String> functionLoad) {
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
