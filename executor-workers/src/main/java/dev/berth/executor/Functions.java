package dev.berth.executor;

import dev.berth.executor.pool.FunctionKey;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is deployed, as the functions topic tells. A revision that was replaced stays known for a while: dispatches may still
 * name it. Owned by the pool's thread.
 */
final class Functions {
    private static final int KEPT_REVISIONS = 16;

    private record Name(String tenant, String function) {}

    private static final class Known {
        final LinkedHashMap<Long, FunctionVersion> byRevision = new LinkedHashMap<>();
        Set<Long> current = Set.of();
        long newest;
    }

    private final Map<Name, Known> functions = new HashMap<>();

    /**
     * Takes in a function as it is deployed now.
     *
     * @return the revisions that may be asked for from now on
     */
    Set<Long> put(FunctionSpec spec) {
        Known known = functions.computeIfAbsent(new Name(spec.getTenant(), spec.getName()), name -> new Known());
        TreeSet<Long> current = new TreeSet<>();
        spec.getVersions().forEach(version -> keep(known, version, current));
        keep(known, spec.getLatest(), current);
        known.current = Set.copyOf(current);
        known.newest = current.last();
        // The published versions are many and current; only what nobody asks for any more is let go.
        known.byRevision
                .keySet()
                .removeIf(revision -> !known.current.contains(revision)
                        && known.byRevision.size() > known.current.size() + KEPT_REVISIONS);
        return known.current;
    }

    /** Forgets a function that was deleted. */
    void remove(String tenant, String function) {
        functions.remove(new Name(tenant, function));
    }

    Optional<FunctionVersion> find(FunctionKey key) {
        Known known = functions.get(new Name(key.tenant(), key.function()));
        return known == null ? Optional.empty() : Optional.ofNullable(known.byRevision.get(key.revision()));
    }

    /** Whether a revision that is not known may still come; else it is older than all that is known. */
    boolean mayCome(FunctionKey key) {
        Known known = functions.get(new Name(key.tenant(), key.function()));
        return known == null || key.revision() > known.newest;
    }

    private static void keep(Known known, FunctionVersion version, Set<Long> current) {
        known.byRevision.put(version.getRevision(), version);
        current.add(version.getRevision());
    }
}
