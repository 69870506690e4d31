package dev.berth.gateway.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.core.RequestFields;
import dev.berth.gateway.explain.core.PlainJson;
import dev.berth.gateway.explain.core.Subject;
import dev.berth.gateway.explain.core.Words;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.FunctionDeployer;
import dev.berth.gateway.lambda.WaitingCallers;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.InvokeAnswer;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.gateway.lambda.core.Target;
import dev.berth.schemas.BusyPolicy;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.Result;
import dev.berth.schemas.ResultStatus;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** {@code POST /explain}. Event loop; the request is read on a worker, since a rule may have to read a large payload. */
public final class ExplainRoutes {
    private static final List<String> FIELDS = Stream.concat(
                    Stream.of("function", "qualifier", "tenant", "payload"), Target.FIELDS.stream())
            .toList();
    // The envelope around the payload.
    private static final int BODY_BYTES = Limits.ASYNC_PAYLOAD_BYTES + 64 * 1024;
    // The router answers as soon as it has read the question.
    private static final int WAIT_MS = 10_000;

    private final Vertx vertx;
    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final TopicTable<FunctionSpec> functions;
    private final WaitingCallers waiting;

    public ExplainRoutes(
            Vertx vertx,
            CallerIdentity identity,
            BodyReader bodies,
            TopicTable<FunctionSpec> functions,
            WaitingCallers waiting) {
        this.vertx = vertx;
        this.identity = identity;
        this.bodies = bodies;
        this.functions = functions;
        this.waiting = waiting;
    }

    /** What would become of an invocation. */
    public static void enter(Routes<ExplainRoutes> routes) {
        routes.add(HttpMethod.POST, "/explain", "berth:ExplainNext", ExplainRoutes::explain);
    }

    private record Question(Invocation invocation, FunctionSpec spec) {}

    /** Answers with what the router would do with such an invocation now, as JSON and in words. */
    public void explain(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        bodies.read(request, BODY_BYTES, "Explain")
                .compose(body -> vertx.executeBlocking(() -> question(request, body.bytes()), false)
                        .onComplete(done -> body.release()))
                .onSuccess(question -> {
                    try {
                        boolean meets = question.spec().getReservedConcurrency() != null;
                        waiting.publish(
                                ctx,
                                question.invocation(),
                                meets,
                                WAIT_MS,
                                (response, result) -> write(response, question.invocation(), result));
                    } catch (RuntimeException e) {
                        Answers.failure(ctx.response(), e);
                    }
                })
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private Question question(HttpServerRequest request, byte[] body) {
        RequestFields fields = RequestFields.parse(body, "A question", FIELDS);
        String tenant = identity.tenant(request, fields.text("tenant"));
        FunctionName name = FunctionName.parse(
                fields.text("function")
                        .orElseThrow(() -> ApiError.invalidParameter(
                                        "The question names no function. Give its name in the field function.")
                                .exception()),
                fields.text("qualifier").orElse(null));
        Target target = Target.of(fields, request::getHeader);
        FunctionSpec spec = functions
                .get(FunctionDeployer.key(tenant, name.name()))
                .filter(found -> InvokeRequest.version(found, name).isPresent())
                .orElseThrow(() -> name.notFound().exception());
        Invocation invocation = Invocation.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setTenant(tenant)
                .setFunction(name.name())
                .setQualifier(name.qualifier().orElse(null))
                .setHeaders(Map.of())
                .setPayload(ByteBuffer.wrap(fields.value("payload")))
                .setOrigin("http")
                .setExplainOnly(true)
                .build();
        target.on(invocation, spec);
        // The payload has said what it had to say.
        invocation.setPayload(ByteBuffer.allocate(0));
        return new Question(invocation, spec);
    }

    private static void write(HttpServerResponse response, Invocation asked, Result result) {
        if (result.getStatus() == ResultStatus.SUCCEEDED) {
            ObjectNode answer = Json.parseObject(InvokeAnswer.payload(result.getPayload()));
            words(asked, result, answer).forEach(answer.putArray("text")::add);
            Answers.json(response, 200, answer);
        } else {
            Answers.error(response, InvokeAnswer.rejection(result));
        }
    }

    private static List<String> words(Invocation asked, Result result, ObjectNode answer) {
        if (answer.has("held")) {
            return Words.held(answer.path("held").asText());
        }
        if (!answer.path("decision").isObject()) {
            // A router of another version may know more answers; they are handed on as they are.
            return List.of();
        }
        // The router may have derived the value by the function's rule.
        Subject subject = new Subject(asked.getFunction(), result.getRoutingValue());
        boolean asksToSpill = asked.getBusyPolicy() == BusyPolicy.SPILL;
        return Words.foreseen(subject, PlainJson.decision(answer.path("decision")), asksToSpill);
    }
}
