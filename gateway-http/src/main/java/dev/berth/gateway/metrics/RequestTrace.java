package dev.berth.gateway.metrics;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Micros;
import dev.berth.telemetry.trace.Traces;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The gateway's part of an invocation's trace: the request and its publishing. What is not traced costs one look.
 *
 * <p>What goes back to the caller says where his request is in its trace, in W3C's words and in AWS's.
 */
public final class RequestTrace {
    private static final String RESPONSE = "traceresponse";
    private static final String RESPONSE_XRAY = "X-Amzn-Trace-Id";

    private final Traces traces;

    public RequestTrace(Traces traces) {
        this.traces = traces;
    }

    /**
     * Begins it: the invocation says from now on that it comes from here. Event loop.
     *
     * @param done told of the end of the publishing
     * @return the same, to be told instead
     */
    public Consumer<Optional<ApiError>> begin(
            RoutingContext ctx, Invocation invocation, Consumer<Optional<ApiError>> done) {
        Optional<Traces.Arrival> arrival = traces.arrived(invocation);
        if (arrival.isEmpty()) {
            return done;
        }
        Traces.Arrival traced = arrival.get();
        long fromUs = Micros.now();
        ctx.response()
                .putHeader(RESPONSE, traced.request().traceparent())
                .putHeader(RESPONSE_XRAY, traced.request().xray());
        ctx.addEndHandler(
                end -> traces.answered(traced, invocation, ctx.response().getStatusCode(), fromUs, Micros.now()));
        return refusal -> {
            if (refusal.isEmpty()) {
                traces.published(traced, invocation, fromUs, Micros.now());
            }
            done.accept(refusal);
        };
    }
}
