package dev.berth.sim.faults;

import dev.berth.executor.pool.FunctionKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is deployed, as an executor knows it (Functions). */
final class KnownFunctions {
    private final Map<FunctionKey, FunctionDef> byRevision = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();

    void put(FunctionDef function) {
        byRevision.put(new FunctionKey(function.tenant(), function.name(), function.revision()), function);
        newest.merge(function.tenant() + "/" + function.name(), function.revision(), Math::max);
    }

    Optional<FunctionDef> find(FunctionKey key) {
        return Optional.ofNullable(byRevision.get(key));
    }

    /** Whether a revision that is not known may still come. */
    boolean mayCome(FunctionKey key) {
        return key.revision() > newest.getOrDefault(key.tenant() + "/" + key.function(), 0L);
    }
}
