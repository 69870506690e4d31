package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.jobs.JobView;
import dev.berth.gateway.kafka.InvocationPublisher;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.EventStream;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.InvokeAnswer;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.gateway.lambda.core.StreamedAnswer;
import dev.berth.gateway.metrics.RequestTrace;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Micros;
import dev.berth.schemas.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Invoke and InvokeWithResponseStream. Hot: all of it runs on the event loop, and hands over to Kafka without blocking. */
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
    private final RequestTrace trace;
    private final WaitingCallers waiting;
    private final JobView jobs;
    private final int startBoundMs;

    /**
     * @param startBoundMs how long an invocation may wait for a container, beyond its function's own timeout
     */
    public InvokeRoutes(
            Vertx vertx,
            CallerIdentity identity,
            BodyReader bodies,
            TopicTable<FunctionSpec> functions,
            InvocationPublisher publisher,
            RequestTrace trace,
            WaitingCallers waiting,
            JobView jobs,
            int startBoundMs) {
        this.vertx = vertx;
        this.identity = identity;
        this.bodies = bodies;
        this.functions = functions;
        this.publisher = publisher;
        this.trace = trace;
        this.waiting = waiting;
        this.jobs = jobs;
        this.startBoundMs = startBoundMs;
    }

    /** Both ways to invoke. */
    public static void enter(Routes<InvokeRoutes> routes) {
        routes.add(
                HttpMethod.POST,
                "/2015-03-31/functions/:name/invocations",
                "lambda:InvokeFunction",
                InvokeRoutes::invoke);
        routes.add(
                HttpMethod.POST,
                "/2021-11-15/functions/:name/response-streaming-invocations",
                "lambda:InvokeWithResponseStream",
                InvokeRoutes::stream);
    }

    /** Invoke. */
    public void invoke(RoutingContext ctx) {
        invoke(ctx, "InvokeFunction", InvokeRequest.parse(ctx.request()::getHeader), InvokeRoutes::write);
    }

    /** InvokeWithResponseStream; see {@link StreamedAnswer} for what it is worth. */
    public void stream(RoutingContext ctx) {
        InvokeRequest request = InvokeRequest.parse(ctx.request()::getHeader);
        if (request.type() == InvokeRequest.Type.EVENT) {
            throw ApiError.invalidParameter("An asynchronous invocation has no response to stream: use Invoke with"
                            + " X-Amz-Invocation-Type Event.")
                    .exception();
        }
        invoke(ctx, "InvokeWithResponseStream", request, InvokeRoutes::writeStream);
    }

    private interface Writing {
        void write(HttpServerResponse response, Result result, boolean tail);
    }

    private void invoke(RoutingContext ctx, String operation, InvokeRequest request, Writing writing) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name =
                FunctionName.parse(ctx.pathParam("name"), ctx.request().getParam("Qualifier"));
        FunctionSpec spec = functions
                .get(FunctionDeployer.key(tenant, name.name()))
                .orElseThrow(() -> name.notFound().exception());
        FunctionVersion version = InvokeRequest.version(spec, name)
                .orElseThrow(() -> name.notFound().exception());
        bodies.read(ctx.request(), request.type().payloadBytes(), operation)
                .compose(body -> built(body, () -> invocation(tenant, name, request, spec, body.bytes())))
                .onSuccess(invocation -> {
                    try {
                        accept(ctx, invocation, request, spec, version, writing);
                    } catch (RuntimeException e) {
                        Answers.failure(ctx.response(), e);
                    }
                })
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** The body is read here or, if that takes long, on a worker; its bytes are the invocation's from then on. */
    private Future<Invocation> built(BodyReader.Body body, Callable<Invocation> building) {
        Future<Invocation> built = body.bytes().length <= PARSED_IN_PLACE_BYTES
                ? Future.future(promise -> {
                    try {
                        promise.complete(building.call());
                    } catch (Exception e) {
                        promise.fail(e);
                    }
                })
                : vertx.executeBlocking(building, false);
        return built.onComplete(done -> body.release());
    }

    private static Invocation invocation(
            String tenant, FunctionName name, InvokeRequest request, FunctionSpec spec, byte[] body) {
        if (body.length > 0) {
            Json.requireValue(body);
        }
        // Not by the builder, which copies the schema's default into each field: a third of what this takes (JFR). A
        // new field
        // whose default is not null, 0 or false must be set here.
        Invocation invocation = new Invocation();
        invocation.setId(UUID.randomUUID().toString());
        invocation.setTenant(tenant);
        invocation.setFunction(name.name());
        invocation.setQualifier(name.qualifier().orElse(null));
        invocation.setHeaders(request.headers());
        invocation.setPayload(ByteBuffer.wrap(body.length == 0 ? EMPTY_EVENT : body));
        invocation.setOrigin("http");
        request.target().on(invocation, spec);
        return invocation;
    }

    private void accept(
            RoutingContext ctx,
            Invocation invocation,
            InvokeRequest request,
            FunctionSpec spec,
            FunctionVersion version,
            Writing writing) {
        HttpServerResponse response = ctx.response();
        if (!Answers.open(response)) {
            return;
        }
        response.putHeader(REQUEST_ID, invocation.getId());
        boolean meetsAtFunction = spec.getReservedConcurrency() != null;
        switch (request.type()) {
            case DRY_RUN -> Answers.empty(response, 204);
            case EVENT -> event(ctx, invocation, meetsAtFunction);
            case REQUEST_RESPONSE -> {
                waiting.publish(
                        ctx,
                        invocation,
                        meetsAtFunction,
                        request.waitMs().orElse(version.getTimeoutMs() + startBoundMs),
                        (open, result) -> writing.write(open, result, request.tail()));
                // The view learns of it when it has ended; who asks for its log meanwhile must find it.
                remember(invocation, meetsAtFunction);
            }
        }
    }

    private void event(RoutingContext ctx, Invocation invocation, boolean meetsAtFunction) {
        HttpServerResponse response = ctx.response();
        Context context = vertx.getOrCreateContext();
        Consumer<Optional<ApiError>> done = trace.begin(
                ctx,
                invocation,
                refusal -> context.runOnContext(now -> {
                    if (refusal.isPresent()) {
                        Answers.error(response, refusal.get());
                    } else {
                        remember(invocation, meetsAtFunction);
                        Answers.empty(response, 202);
                    }
                }));
        publisher.publish(invocation, meetsAtFunction, done);
    }

    private void remember(Invocation invocation, boolean meetsAtFunction) {
        jobs.accepted(invocation, System.currentTimeMillis(), publisher.partition(invocation, meetsAtFunction));
    }

    private static void write(HttpServerResponse response, Result result, boolean tail) {
        InvokeAnswer answer = InvokeAnswer.of(result, tail, Micros.now());
        answer.headers().forEach(response::putHeader);
        if (answer.refusal().isPresent()) {
            Answers.error(response, answer.refusal().get());
        } else {
            response.setStatusCode(200)
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(answer.body()));
        }
    }

    private static void writeStream(HttpServerResponse response, Result result, boolean tail) {
        InvokeAnswer answer = InvokeAnswer.of(result, tail, Micros.now());
        if (answer.refusal().isPresent()) {
            write(response, result, tail);
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        // In a stream these stand in its last event.
        headers.keySet().removeAll(List.of(InvokeAnswer.FUNCTION_ERROR, InvokeAnswer.LOG_RESULT));
        headers.forEach(response::putHeader);
        response.setStatusCode(200).putHeader("Content-Type", EventStream.MEDIA_TYPE);
        Buffer stream = Buffer.buffer();
        StreamedAnswer.events(answer, result).forEach(stream::appendBytes);
        response.end(stream);
    }
}
