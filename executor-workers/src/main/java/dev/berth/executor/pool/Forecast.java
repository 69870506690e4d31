package dev.berth.executor.pool;

import dev.berth.schemas.retention.ReuseCurve;
import java.util.Objects;

/**
 * What the router expects of a key, as the dispatch of its last invocation said: how its idle containers are valued by.
 *
 * @param primary its next invocation will come here
 * @param rebuildMs what its first invocation in a container takes more than a later one; 0 if that is not known
 */
public record Forecast(ReuseCurve curve, boolean primary, double rebuildMs) {
    /** Of a key of which the router says nothing. */
    public static final Forecast UNKNOWN = new Forecast(ReuseCurve.unknown(), true, 0);

    public Forecast {
        Objects.requireNonNull(curve, "curve");
        if (!(rebuildMs >= 0 && rebuildMs < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rebuildMs must be a time: " + rebuildMs);
        }
    }
}
