package dev.berth.executor.pool;

import dev.berth.schemas.retention.ReuseCurve;
import java.util.Objects;

/**
 * What the router expects of a key, as the dispatch of its last invocation said: how its idle containers are valued by.
 *
 * @param primary its next invocation will come here
 */
public record Forecast(ReuseCurve curve, boolean primary) {
    /** Of a key of which the router says nothing. */
    public static final Forecast UNKNOWN = new Forecast(ReuseCurve.unknown(), true);

    public Forecast {
        Objects.requireNonNull(curve, "curve");
    }
}
