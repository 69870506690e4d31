package dev.berth.gateway.live.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.Result;
import dev.berth.schemas.Timings;
import java.util.Locale;

/**
 * How an invocation ended, as far as figures tell of it.
 *
 * @param key null without a routing value
 * @param reuse null if it never had a container
 * @param startUs from its publication to its start; negative if it never started
 * @param totalUs from its publication to its end; negative if that is not known
 */
public record Ending(
        String id,
        String function,
        String key,
        String status,
        String reuse,
        String errorType,
        long startUs,
        long totalUs,
        long completedMs,
        String instance,
        String container) {

    /** What an outcome tells. */
    public static Ending of(Outcome outcome) {
        Result result = outcome.getResult();
        Timings timings = result.getTimings();
        long publishedUs = timings == null ? 0 : timings.getPublishedUs();
        return new Ending(
                outcome.getInvocationId(),
                result.getFunction(),
                result.getRoutingValue(),
                word(outcome.getStatus()),
                result.getReuse() == null ? null : word(result.getReuse()),
                result.getErrorType(),
                publishedUs == 0 ? -1 : since(publishedUs, timings.getStartedUs()),
                publishedUs == 0 ? -1 : since(publishedUs, timings.getEndedUs()),
                outcome.getCompletedUs() / 1_000,
                result.getInstanceId(),
                result.getContainerId());
    }

    ObjectNode json() {
        return Json.object()
                .put("id", id)
                .put("function", function)
                .put("key", key)
                .put("status", status)
                .put("reuse", reuse)
                .put("errorType", errorType)
                .put("startUs", startUs)
                .put("totalUs", totalUs)
                .put("completedMs", completedMs)
                .put("instance", instance)
                .put("container", container);
    }

    /** Publication is known to the millisecond only, so that what is fast may seem to have begun before it. */
    private static long since(long publishedUs, long reachedUs) {
        return reachedUs == 0 ? -1 : Math.max(0, reachedUs - publishedUs);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
