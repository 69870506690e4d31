package dev.berth.gateway;

import dev.berth.gateway.auth.Gate;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.ConnectionGuard;
import dev.berth.gateway.http.Operation;
import dev.berth.gateway.lambda.FunctionRoutes;
import dev.berth.gateway.registry.EmbeddedRegistry;
import dev.berth.schemas.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Which request goes where, and whether it is let in: health and registry always, the rest while the gateway is connected and
 * not closing. Event loop only, but for the volatile fields.
 */
final class FrontDoor {
    private static final String LAMBDA = "/2015-03-31/functions";

    private static final Set<String> DEPLOYING = Set.of("lambda:CreateFunction", "lambda:UpdateFunctionCode");
    /** Of all that deploys nothing: a synchronous payload is the largest. */
    private static final int BODY_BYTES = Limits.SYNC_PAYLOAD_BYTES + 64 * 1024;

    private static final Pattern DATED = Pattern.compile("^/20\\d\\d-\\d\\d-\\d\\d/");

    private final Router router;
    private final List<Operation> operations = new ArrayList<>();
    private final Optional<Gate> gate;
    private volatile KafkaSide kafka;
    private volatile boolean closing;
    private volatile String connecting = "kafka: not connected yet";
    private volatile int inside;

    FrontDoor(Vertx vertx, EmbeddedRegistry registry, ConnectionGuard guard, Optional<Gate> gate) {
        this.gate = gate;
        this.router = Router.router(vertx);
        router.route().handler(ctx -> {
            guard.entered(ctx.request());
            ctx.addEndHandler(end -> guard.left(ctx.request()));
            ctx.next();
        });
        router.get("/health").handler(this::health);
        // The same for machines that ask each part alike: whether it lives, and whether it may be sent requests.
        router.get("/healthz")
                .handler(ctx -> Answers.json(ctx.response(), 200, Json.object().put("status", "ok")));
        router.get("/readyz").handler(this::health);
        gate.ifPresent(keeper -> List.of("/subjects*", "/schemas/*", "/config*", "/compatibility/*")
                .forEach(path -> router.route(path).handler(keeper::admitToRegistry)));
        registry.mount(router);
        lambda();
        berth();
        router.errorHandler(
                404,
                ctx -> Answers.error(ctx.response(), new ApiError(404, "UnknownOperationException", nothingAt(ctx))));
        router.errorHandler(
                405,
                ctx -> Answers.error(
                        ctx.response(),
                        new ApiError(
                                405,
                                "UnknownOperationException",
                                "Method " + ctx.request().method() + " is not for "
                                        + shown(ctx.request().path()) + ".")));
        router.errorHandler(
                400,
                ctx -> Answers.error(
                        ctx.response(),
                        ApiError.invalidParameter("The request cannot be read: is its path escaped correctly?")));
        router.errorHandler(500, ctx -> Answers.failure(ctx.response(), ctx.failure()));
    }

    Router router() {
        return router;
    }

    /** What there is behind the door. */
    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Lets requests in. */
    void open(KafkaSide connected) {
        this.kafka = connected;
    }

    /** What the gateway waits for, for those who ask for its health. */
    void connecting(String what) {
        this.connecting = what;
    }

    /** Lets nobody in any more. */
    void shut() {
        this.closing = true;
    }

    /** How many requests are being worked on. */
    int inside() {
        return inside;
    }

    private void lambda() {
        // The SDKs of some languages write the list with a slash at its end.
        for (String path : List.of(LAMBDA, LAMBDA + "/")) {
            route(
                    HttpMethod.GET,
                    path,
                    "lambda:ListFunctions",
                    (kafka, ctx) -> kafka.functions().list(ctx));
            route(
                    HttpMethod.POST,
                    path,
                    "lambda:CreateFunction",
                    (kafka, ctx) -> kafka.functions().create(ctx));
        }
        String one = LAMBDA + "/:name";
        route(
                HttpMethod.POST,
                one + "/invocations",
                "lambda:InvokeFunction",
                (kafka, ctx) -> kafka.invoke().invoke(ctx));
        route(
                HttpMethod.POST,
                "/2021-11-15/functions/:name/response-streaming-invocations",
                "lambda:InvokeWithResponseStream",
                (kafka, ctx) -> kafka.invoke().stream(ctx));
        route(
                HttpMethod.GET,
                one,
                "lambda:GetFunction",
                (kafka, ctx) -> kafka.functions().get(ctx));
        route(
                HttpMethod.DELETE,
                one,
                "lambda:DeleteFunction",
                (kafka, ctx) -> kafka.functions().delete(ctx));
        route(
                HttpMethod.GET,
                one + "/configuration",
                "lambda:GetFunctionConfiguration",
                (kafka, ctx) -> kafka.functions().configuration(ctx));
        route(
                HttpMethod.PUT,
                one + "/configuration",
                "lambda:UpdateFunctionConfiguration",
                (kafka, ctx) -> kafka.functions().updateConfiguration(ctx));
        route(
                HttpMethod.PUT,
                one + "/code",
                "lambda:UpdateFunctionCode",
                (kafka, ctx) -> kafka.functions().updateCode(ctx));
        versions(one);
        settings();
    }

    private void versions(String one) {
        String versions = one + "/versions";
        route(
                HttpMethod.POST,
                versions,
                "lambda:PublishVersion",
                (kafka, ctx) -> kafka.versions().publish(ctx));
        route(
                HttpMethod.GET,
                versions,
                "lambda:ListVersionsByFunction",
                (kafka, ctx) -> kafka.versions().versions(ctx));
        String aliases = one + "/aliases";
        route(
                HttpMethod.POST,
                aliases,
                "lambda:CreateAlias",
                (kafka, ctx) -> kafka.versions().createAlias(ctx));
        route(
                HttpMethod.GET,
                aliases,
                "lambda:ListAliases",
                (kafka, ctx) -> kafka.versions().aliases(ctx));
        String tags = "/2017-03-31/tags/:name";
        route(
                HttpMethod.GET,
                tags,
                "lambda:ListTags",
                (kafka, ctx) -> kafka.versions().tags(ctx));
        route(
                HttpMethod.POST,
                tags,
                "lambda:TagResource",
                (kafka, ctx) -> kafka.versions().tag(ctx));
        route(
                HttpMethod.DELETE,
                tags,
                "lambda:UntagResource",
                (kafka, ctx) -> kafka.versions().untag(ctx));
        String alias = aliases + "/:alias";
        route(
                HttpMethod.GET,
                alias,
                "lambda:GetAlias",
                (kafka, ctx) -> kafka.versions().getAlias(ctx));
        route(
                HttpMethod.PUT,
                alias,
                "lambda:UpdateAlias",
                (kafka, ctx) -> kafka.versions().updateAlias(ctx));
        route(
                HttpMethod.DELETE,
                alias,
                "lambda:DeleteAlias",
                (kafka, ctx) -> kafka.versions().deleteAlias(ctx));
    }

    /** Each operation of Lambda's lies under the date of the API that brought it. */
    private void settings() {
        for (String path : List.of("/2016-08-19/account-settings", "/2016-08-19/account-settings/")) {
            route(
                    HttpMethod.GET,
                    path,
                    "lambda:GetAccountSettings",
                    (kafka, ctx) -> kafka.account().settings(ctx));
        }
        String concurrency = "/2017-10-31/functions/:name/concurrency";
        route(
                HttpMethod.PUT,
                concurrency,
                "lambda:PutFunctionConcurrency",
                (kafka, ctx) -> kafka.settings().putConcurrency(ctx));
        route(
                HttpMethod.DELETE,
                concurrency,
                "lambda:DeleteFunctionConcurrency",
                (kafka, ctx) -> kafka.settings().deleteConcurrency(ctx));
        route(
                HttpMethod.GET,
                "/2019-09-30/functions/:name/concurrency",
                "lambda:GetFunctionConcurrency",
                (kafka, ctx) -> kafka.settings().getConcurrency(ctx));
        String eventInvoke = "/2019-09-25/functions/:name/event-invoke-config";
        route(
                HttpMethod.GET,
                eventInvoke,
                "lambda:GetFunctionEventInvokeConfig",
                (kafka, ctx) -> kafka.settings().getEventInvoke(ctx));
        route(
                HttpMethod.GET,
                eventInvoke + "/list",
                "lambda:ListFunctionEventInvokeConfigs",
                (kafka, ctx) -> kafka.settings().listEventInvokes(ctx));
        route(
                HttpMethod.PUT,
                eventInvoke,
                "lambda:PutFunctionEventInvokeConfig",
                (kafka, ctx) -> kafka.settings().putEventInvoke(ctx));
        route(
                HttpMethod.POST,
                eventInvoke,
                "lambda:UpdateFunctionEventInvokeConfig",
                (kafka, ctx) -> kafka.settings().updateEventInvoke(ctx));
        route(
                HttpMethod.DELETE,
                eventInvoke,
                "lambda:DeleteFunctionEventInvokeConfig",
                (kafka, ctx) -> kafka.settings().deleteEventInvoke(ctx));
    }

    private void berth() {
        route(
                HttpMethod.POST,
                "/explain",
                "berth:ExplainNext",
                (kafka, ctx) -> kafka.explain().explain(ctx));
        route(
                HttpMethod.GET,
                "/explain/:id",
                "berth:ExplainInvocation",
                (kafka, ctx) -> kafka.decisions().explain(ctx));
        route(
                HttpMethod.GET,
                "/decisions",
                "berth:ListDecisions",
                (kafka, ctx) -> kafka.decisions().decisions(ctx));
        route(
                HttpMethod.GET,
                "/starts",
                "berth:GetStarts",
                (kafka, ctx) -> kafka.starts().starts(ctx));
        route(
                HttpMethod.GET,
                "/logs",
                "berth:ReadLogs",
                (kafka, ctx) -> kafka.logs().logs(ctx));
        route(
                HttpMethod.POST,
                "/jobs",
                "berth:SubmitJob",
                (kafka, ctx) -> kafka.jobs().submit(ctx));
        route(
                HttpMethod.GET,
                "/jobs",
                "berth:ListJobs",
                (kafka, ctx) -> kafka.jobs().list(ctx));
        route(
                HttpMethod.GET,
                "/jobs/:id",
                "berth:GetJob",
                (kafka, ctx) -> kafka.jobs().get(ctx));
        route(
                HttpMethod.DELETE,
                "/jobs/:id",
                "berth:CancelJob",
                (kafka, ctx) -> kafka.jobs().cancel(ctx));
        route(
                HttpMethod.GET,
                "/jobs/:id/events",
                "berth:WatchJob",
                (kafka, ctx) -> kafka.jobs().events(ctx));
        route(
                HttpMethod.GET,
                "/pins",
                "berth:GetPins",
                (kafka, ctx) -> kafka.pins().get(ctx));
        route(
                HttpMethod.GET,
                "/instances",
                "berth:ListInstances",
                (kafka, ctx) -> kafka.instances().get(ctx));
    }

    /** @param operation what the route does, as policies and the API's description name it */
    private void route(
            HttpMethod method, String path, String operation, BiConsumer<KafkaSide, RoutingContext> handler) {
        operations.add(new Operation(method.name(), path, operation));
        int bodyBytes = DEPLOYING.contains(operation) ? FunctionRoutes.DEPLOY_BODY_BYTES : BODY_BYTES;
        router.route(method, path).handler(ctx -> {
            KafkaSide side = kafka;
            if (closing) {
                Answers.error(ctx.response(), ApiError.unavailable("The gateway stops and takes nothing new."));
            } else if (side == null) {
                Answers.error(ctx.response(), ApiError.unavailable("The gateway starts: " + connecting + "."));
            } else {
                enter(ctx);
                gate.ifPresentOrElse(
                        keeper -> keeper.admit(ctx, operation, bodyBytes, () -> handler.accept(side, ctx)),
                        () -> handler.accept(side, ctx));
            }
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written on the event loop alone; closing reads it from elsewhere.
    private void enter(RoutingContext ctx) {
        inside++;
        ctx.addEndHandler(end -> inside--);
    }

    private void health(RoutingContext ctx) {
        List<String> missing = new ArrayList<>();
        KafkaSide side = kafka;
        if (side == null) {
            missing.add(connecting);
        } else {
            missing.addAll(side.problems());
        }
        gate.flatMap(Gate::problem).ifPresent(missing::add);
        if (closing) {
            missing.add("the gateway stops");
        }
        String status = missing.isEmpty() ? "ok" : closing ? "stopping" : side == null ? "starting" : "degraded";
        var json = Json.object().put("status", status);
        missing.forEach(json.putArray("missing")::add);
        Answers.json(ctx.response(), missing.isEmpty() ? 200 : 503, json);
    }

    /** Lambda's operations lie under dates: which of them there is not is worth saying. */
    private static String nothingAt(RoutingContext ctx) {
        String path = ctx.request().path();
        String asked = ctx.request().method() + " " + shown(path);
        return path != null && DATED.matcher(path).find()
                ? "Berth does not support the operation of Lambda's API at " + asked + "."
                : "There is nothing at " + asked + ".";
    }

    private static String shown(String path) {
        return path == null ? "?" : path.length() > 200 ? path.substring(0, 200) + "…" : path;
    }
}
