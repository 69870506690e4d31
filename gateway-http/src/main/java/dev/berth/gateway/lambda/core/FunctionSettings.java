package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.RoutingSource;
import dev.berth.schemas.routing.RoutingRules;

/**
 * How a function's invocations are routed, limited, ordered and retried: what the router reads of a function, and no container
 * does. So a change makes no new revision, and the containers stay.
 *
 * <p>What was not given is null, and stays as it is.
 *
 * @param routing in the form of {@link RoutingRules}
 * @param reservedConcurrency how many may run at a time
 */
public record FunctionSettings(
        String routing,
        Boolean ordered,
        Boolean keepOldUntilReady,
        Integer reservedConcurrency,
        Integer maximumRetryAttempts,
        Integer maximumEventAgeInSeconds,
        Integer retryBackoffMs) {

    private static final int MAX_CONCURRENCY = 100_000;
    private static final int MAX_RETRIES = 10;
    private static final int MIN_AGE_S = 60;
    private static final int MAX_AGE_S = 21_600;
    private static final int MAX_BACKOFF_MS = 900_000;

    /** PutFunctionConcurrency. */
    public static FunctionSettings concurrency(FunctionRequests.Concurrency request) {
        if (request.reservedConcurrentExecutions() == null) {
            throw refuse("ReservedConcurrentExecutions is missing: how many may run at a time, 0 for none at all."
                    + " To lift a limit, DELETE it.");
        }
        return new FunctionSettings(null, null, null, request.reservedConcurrentExecutions(), null, null, null);
    }

    /** UpdateFunctionEventInvokeConfig, or what Put changes after everything was reset; but for {@link EventDestinations}. */
    public static FunctionSettings eventInvoke(FunctionRequests.EventInvoke request) {
        return new FunctionSettings(
                null,
                null,
                null,
                null,
                request.maximumRetryAttempts(),
                request.maximumEventAgeInSeconds(),
                request.retryBackoffMs());
    }

    /** The function without a limit of its own. */
    public static FunctionSpec unlimited(FunctionSpec spec) {
        return FunctionSpec.newBuilder(spec).clearReservedConcurrency().build();
    }

    /** The function with the retries and the age that functions have unless told otherwise, and without destinations. */
    public static FunctionSpec retriedAsStandard(FunctionSpec spec) {
        return EventDestinations.without(FunctionSpec.newBuilder(spec)
                .clearMaxRetries()
                .clearRetryBackoffMs()
                .clearMaxEventAgeMs()
                .build());
    }

    /**
     * Refuses values that cannot be.
     *
     * @throws ApiException with a message that says what could
     */
    public void check() {
        if (routing != null) {
            try {
                RoutingRules.parse(routing);
            } catch (IllegalArgumentException e) {
                throw refuse("Routing: " + e.getMessage());
            }
        }
        within("ReservedConcurrentExecutions", reservedConcurrency, 0, MAX_CONCURRENCY);
        within("MaximumRetryAttempts", maximumRetryAttempts, 0, MAX_RETRIES);
        within("MaximumEventAgeInSeconds", maximumEventAgeInSeconds, MIN_AGE_S, MAX_AGE_S);
        within("RetryBackoffMs", retryBackoffMs, 0, MAX_BACKOFF_MS);
    }

    /** The function with these settings; the same version of it. */
    public FunctionSpec on(FunctionSpec spec) {
        check();
        FunctionSpec.Builder changed = FunctionSpec.newBuilder(spec);
        if (routing != null) {
            var rule = RoutingRules.parse(routing);
            changed.setRouting(rule.getSource() == RoutingSource.NONE ? null : rule);
        }
        if (ordered != null) {
            changed.setOrdered(ordered);
        }
        if (keepOldUntilReady != null) {
            changed.setKeepOldUntilReady(keepOldUntilReady);
        }
        if (reservedConcurrency != null) {
            changed.setReservedConcurrency(reservedConcurrency);
        }
        if (maximumRetryAttempts != null) {
            changed.setMaxRetries(maximumRetryAttempts);
        }
        if (maximumEventAgeInSeconds != null) {
            changed.setMaxEventAgeMs(maximumEventAgeInSeconds * 1_000L);
        }
        if (retryBackoffMs != null) {
            changed.setRetryBackoffMs(retryBackoffMs);
        }
        return changed.build();
    }

    /** Adds what a function has of them to its configuration as it is shown. */
    static void show(FunctionSpec spec, ObjectNode json) {
        json.put("Routing", RoutingRules.text(spec.getRouting()))
                .put("Ordered", spec.getOrdered())
                .put("KeepOldUntilReady", spec.getKeepOldUntilReady())
                .put("ReservedConcurrency", spec.getReservedConcurrency());
        showRetries(spec, json);
    }

    /** GetFunctionConcurrency's answer: an empty object without a limit, as in Lambda. */
    public static ObjectNode concurrency(FunctionSpec spec) {
        ObjectNode json = Json.object();
        if (spec.getReservedConcurrency() != null) {
            json.put("ReservedConcurrentExecutions", spec.getReservedConcurrency());
        }
        return json;
    }

    /** GetFunctionEventInvokeConfig's answer; the standard where nothing was put, which Lambda would call not found. */
    public static ObjectNode eventInvoke(FunctionSpec spec) {
        ObjectNode json = Json.object()
                .put("FunctionArn", FunctionName.arn(spec.getName()) + ":" + FunctionEdits.LATEST)
                .put("LastModified", spec.getLatest().getModifiedMs() / 1000);
        showRetries(spec, json);
        EventDestinations.show(spec, json);
        return json;
    }

    /** ListFunctionEventInvokeConfigs' answer: there is one, of the function as a whole. */
    public static ObjectNode eventInvokes(FunctionSpec spec) {
        ObjectNode json = Json.object();
        json.putArray("FunctionEventInvokeConfigs").add(eventInvoke(spec));
        return json;
    }

    private static void showRetries(FunctionSpec spec, ObjectNode json) {
        json.put("MaximumRetryAttempts", spec.getMaxRetries())
                .put("MaximumEventAgeInSeconds", spec.getMaxEventAgeMs() / 1_000)
                .put("RetryBackoffMs", spec.getRetryBackoffMs());
    }

    private static void within(String field, Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw refuse(field + " is " + value + "; it must be from " + least + " to " + most + ".");
        }
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
