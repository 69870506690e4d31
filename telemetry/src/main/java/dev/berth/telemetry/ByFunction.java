package dev.berth.telemetry;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * One thing for each function, made when it is first asked for: the meters of a function, whose tags are resolved once.
 *
 * <p>Tenants and functions are named by callers, and a time series is kept for ever, so only the first {@code limit} functions are told
 * apart; all further ones share one, under {@value #OTHER}. Thread-safe. Hot: finding one allocates nothing.
 */
public final class ByFunction<T> {
    /** The tenant and the function of all that came after the limit. */
    public static final String OTHER = "other";

    private final int limit;
    private final BiFunction<String, String, T> making;
    private final ConcurrentMap<String, ConcurrentMap<String, T>> known = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile T other;

    /** @param making from tenant and function */
    public ByFunction(int limit, BiFunction<String, String, T> making) {
        this.limit = limit;
        this.making = making;
    }

    /** Of this function, or of all others. */
    public T of(String tenant, String function) {
        ConcurrentMap<String, T> functions = known.get(tenant);
        T found = functions == null ? null : functions.get(function);
        return found != null ? found : slowly(tenant, function);
    }

    private T slowly(String tenant, String function) {
        if (count.get() >= limit) {
            return others();
        }
        synchronized (this) {
            ConcurrentMap<String, T> functions = known.get(tenant);
            T found = functions == null ? null : functions.get(function);
            if (found != null) {
                return found;
            }
            if (count.get() >= limit) {
                return others();
            }
            count.incrementAndGet();
            T made = making.apply(tenant, function);
            known.computeIfAbsent(tenant, first -> new ConcurrentHashMap<>()).put(function, made);
            return made;
        }
    }

    private T others() {
        if (other == null) {
            synchronized (this) {
                if (other == null) {
                    other = making.apply(OTHER, OTHER);
                }
            }
        }
        return other;
    }
}
