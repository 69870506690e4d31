package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.kafka.InvocationPublisher;
import dev.berth.gateway.kafka.PendingReplies;
import dev.berth.gateway.metrics.RequestTrace;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Result;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Publishes invocations whose callers wait for the result on their open request. Hot; event loop. */
public final class WaitingCallers {
    private final Vertx vertx;
    private final InvocationPublisher publisher;
    private final RequestTrace trace;
    private final PendingReplies pending;
    private final int replyPartition;

    /** @param replyPartition the partition of the replies topic that this gateway reads */
    public WaitingCallers(
            Vertx vertx,
            InvocationPublisher publisher,
            RequestTrace trace,
            PendingReplies pending,
            int replyPartition) {
        this.vertx = vertx;
        this.publisher = publisher;
        this.trace = trace;
        this.pending = pending;
        this.replyPartition = replyPartition;
    }

    /**
     * Publishes an invocation, and answers the request when its result is there, or when nobody should wait any more.
     *
     * @param meetsAtFunction as {@link InvocationPublisher#publish} takes it
     * @param waitMs how long the caller waits; the invocation's deadline too
     * @param write writes the answer; called on the event loop, at most once, while the response is open
     * @throws dev.berth.gateway.core.ApiException if as many wait as may; nothing is published then
     */
    public void publish(
            RoutingContext ctx,
            Invocation invocation,
            boolean meetsAtFunction,
            int waitMs,
            BiConsumer<HttpServerResponse, Result> write) {
        HttpServerResponse response = ctx.response();
        invocation.setReplyTo(replyPartition);
        invocation.setDeadlineMs(System.currentTimeMillis() + waitMs);
        String id = invocation.getId();
        WaitingCaller caller = new WaitingCaller(vertx.getOrCreateContext(), response, write);
        if (!pending.add(id, caller)) {
            throw ApiError.tooMany(
                            "As many invocations as the gateway holds (" + pending.size()
                                    + ") wait for their results. This one was not published; try again, or send it as an Event.")
                    .exception();
        }
        caller.onTimer(vertx.setTimer(
                waitMs,
                timer -> pending.take(id)
                        .ifPresent(waiter -> Answers.error(response, ApiError.timeout(late(invocation, waitMs))))));
        // Answered or gone. If gone, the slot is free again; the invocation goes on, and its outcome can be looked up.
        // Not by the response's own close handler, of which there is one, and it is the routing context's.
        ctx.addEndHandler(end -> {
            pending.take(id);
            caller.cancelTimer();
        });
        Consumer<Optional<ApiError>> done =
                refusal -> refusal.ifPresent(error -> pending.take(id).ifPresent(waiter -> caller.refused(error)));
        publisher.publish(
                invocation, meetsAtFunction, invocation.getExplainOnly() ? done : trace.begin(ctx, invocation, done));
    }

    private static String late(Invocation invocation, int waitMs) {
        String id = invocation.getId();
        return invocation.getExplainOnly()
                ? "The router did not answer question " + id + " within " + waitMs
                        + " ms. Nothing was run. Is a router running? Ask again."
                : "No result of invocation " + id + " came within " + waitMs
                        + " ms. It may still be run; its outcome will be under GET /jobs/" + id + ".";
    }
}
