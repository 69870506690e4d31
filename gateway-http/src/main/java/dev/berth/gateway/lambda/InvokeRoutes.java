package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.kafka.InvocationPublisher;
import dev.berth.gateway.kafka.PendingReplies;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Invocation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Invoke. Hot: all of it runs on the event loop, and hands over to Kafka without blocking. */
public final class InvokeRoutes {
    private static final byte[] EMPTY_EVENT = "{}".getBytes(StandardCharsets.UTF_8);
    // Parsing takes some 5 ns a byte: what takes longer than a third of a millisecond is done elsewhere.
    private static final int PARSED_IN_PLACE_BYTES = 64 * 1024;
    private static final String REQUEST_ID = "X-Amzn-RequestId";

    private final Vertx vertx;
    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final TopicTable<FunctionSpec> functions;
    private final InvocationPublisher publisher;
    private final PendingReplies pending;
    private final JobView jobs;
    private final int replyPartition;
    private final int startBoundMs;

    /**
     * @param replyPartition the partition of the replies topic that this gateway reads
     * @param startBoundMs how long an invocation may wait for a container, beyond its function's own timeout
     */
    public InvokeRoutes(
            Vertx vertx,
            CallerIdentity identity,
            BodyReader bodies,
            TopicTable<FunctionSpec> functions,
            InvocationPublisher publisher,
            PendingReplies pending,
            JobView jobs,
            int replyPartition,
            int startBoundMs) {
        this.vertx = vertx;
        this.identity = identity;
        this.bodies = bodies;
        this.functions = functions;
        this.publisher = publisher;
        this.pending = pending;
        this.jobs = jobs;
        this.replyPartition = replyPartition;
        this.startBoundMs = startBoundMs;
    }

    public void invoke(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name =
                FunctionName.parse(ctx.pathParam("name"), ctx.request().getParam("Qualifier"));
        InvokeRequest request = InvokeRequest.parse(ctx.request()::getHeader);
        FunctionSpec spec = functions
                .get(FunctionDeployer.key(tenant, name.name()))
                .orElseThrow(() -> name.notFound().exception());
        FunctionVersion version = InvokeRequest.version(spec, name)
                .orElseThrow(() -> name.notFound().exception());
        bodies.read(ctx.request(), request.type().payloadBytes(), "InvokeFunction")
                .compose(this::checked)
                .onSuccess(body -> {
                    try {
                        accept(ctx, tenant, name, request, version, body);
                    } catch (RuntimeException e) {
                        Answers.failure(ctx.response(), e);
                    } finally {
                        body.release();
                    }
                })
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private Future<BodyReader.Body> checked(BodyReader.Body body) {
        byte[] payload = body.bytes();
        Future<Void> check;
        if (payload.length == 0) {
            check = Future.succeededFuture();
        } else if (payload.length <= PARSED_IN_PLACE_BYTES) {
            check = Future.future(promise -> {
                Json.requireValue(payload);
                promise.complete();
            });
        } else {
            check = vertx.executeBlocking(
                    () -> {
                        Json.requireValue(payload);
                        return null;
                    },
                    false);
        }
        return check.map(body).onFailure(cause -> body.release());
    }

    private void accept(
            RoutingContext ctx,
            String tenant,
            FunctionName name,
            InvokeRequest request,
            FunctionVersion version,
            BodyReader.Body body) {
        Invocation invocation = Invocation.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setTenant(tenant)
                .setFunction(name.name())
                .setQualifier(name.qualifier().orElse(null))
                .setRoutingValue(request.routingValue().orElse(null))
                .setBusyPolicy(request.busy())
                .setPinPolicy(request.pin())
                .setHeaders(request.headers())
                .setPayload(ByteBuffer.wrap(body.bytes().length == 0 ? EMPTY_EVENT : body.bytes()))
                .setOrigin("http")
                .build();
        HttpServerResponse response = ctx.response();
        if (!Answers.open(response)) {
            return;
        }
        response.putHeader(REQUEST_ID, invocation.getId());
        switch (request.type()) {
            case DRY_RUN -> Answers.empty(response, 204);
            case EVENT -> event(response, invocation);
            case REQUEST_RESPONSE -> synchronous(ctx, invocation, request, version);
        }
    }

    private void event(HttpServerResponse response, Invocation invocation) {
        Context context = vertx.getOrCreateContext();
        publisher.publish(
                invocation,
                refusal -> context.runOnContext(now -> {
                    if (refusal.isPresent()) {
                        Answers.error(response, refusal.get());
                    } else {
                        jobs.accepted(invocation, System.currentTimeMillis());
                        Answers.empty(response, 202);
                    }
                }));
    }

    private void synchronous(
            RoutingContext ctx, Invocation invocation, InvokeRequest request, FunctionVersion version) {
        HttpServerResponse response = ctx.response();
        int waitMs = request.waitMs().orElse(version.getTimeoutMs() + startBoundMs);
        invocation.setReplyTo(replyPartition);
        invocation.setDeadlineMs(System.currentTimeMillis() + waitMs);
        String id = invocation.getId();
        WaitingCaller caller = new WaitingCaller(vertx.getOrCreateContext(), response, request.tail());
        if (!pending.add(id, caller)) {
            throw ApiError.tooMany(
                            "As many invocations as the gateway holds (" + pending.size()
                                    + ") wait for their results. This one was not published; try again, or send it as an Event.")
                    .exception();
        }
        caller.onTimer(vertx.setTimer(
                waitMs,
                timer -> pending.take(id)
                        .ifPresent(waiter -> Answers.error(
                                response,
                                ApiError.timeout("No result of invocation " + id + " came within " + waitMs
                                        + " ms. It may still be run; its outcome will be under GET /jobs/" + id
                                        + ".")))));
        // Answered or gone. If gone, the slot is free again; the invocation goes on, and its outcome can be looked up.
        // Not by the
        // response's own close handler, of which there is one, and it is the routing context's.
        ctx.addEndHandler(end -> {
            pending.take(id);
            caller.cancelTimer();
        });
        publisher.publish(
                invocation,
                refusal -> refusal.ifPresent(error -> pending.take(id).ifPresent(waiter -> caller.refused(error))));
    }
}
