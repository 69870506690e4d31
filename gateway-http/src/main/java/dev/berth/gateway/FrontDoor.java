package dev.berth.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.activity.ActivityRoutes;
import dev.berth.gateway.auth.Gate;
import dev.berth.gateway.checkup.CheckupRoutes;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.events.EventRoutes;
import dev.berth.gateway.events.MappingRoutes;
import dev.berth.gateway.events.ScheduleRoutes;
import dev.berth.gateway.events.TriggerRoutes;
import dev.berth.gateway.explain.DecisionRoutes;
import dev.berth.gateway.explain.ExplainRoutes;
import dev.berth.gateway.fleet.InstanceRoutes;
import dev.berth.gateway.fleet.PinRoutes;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.ConnectionGuard;
import dev.berth.gateway.http.Operation;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.jobs.JobRoutes;
import dev.berth.gateway.lambda.AccountRoutes;
import dev.berth.gateway.lambda.FunctionRoutes;
import dev.berth.gateway.lambda.InvokeRoutes;
import dev.berth.gateway.lambda.SettingsRoutes;
import dev.berth.gateway.lambda.VersionRoutes;
import dev.berth.gateway.live.LiveRoutes;
import dev.berth.gateway.logs.LogRoutes;
import dev.berth.gateway.metrics.MetricsPage;
import dev.berth.gateway.metrics.RequestMeters;
import dev.berth.gateway.openapi.ApiDescription;
import dev.berth.gateway.page.PageRoutes;
import dev.berth.gateway.registry.EmbeddedRegistry;
import dev.berth.gateway.replays.DeadLetterRoutes;
import dev.berth.gateway.replays.ReplayRoutes;
import dev.berth.gateway.starts.StartRoutes;
import dev.berth.telemetry.Metric;
import dev.berth.telemetry.Telemetry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which area a request goes to, and whether it is let in: health, registry and page always, the rest while the gateway is connected and
 * not closing. Event loop only, but for the volatile fields.
 */
final class FrontDoor {
    private static final Pattern DATED = Pattern.compile("^/20\\d\\d-\\d\\d-\\d\\d/");

    private static final ApiError UNREADABLE =
            ApiError.invalidParameter("The request cannot be read: are its path and parameters escaped correctly?");

    private final Router router;
    private final List<Operation> operations = new ArrayList<>();
    private final Optional<Gate> gate;
    private final Telemetry telemetry;
    private volatile KafkaSide kafka;
    private volatile boolean closing;
    private volatile String connecting = "kafka: not connected yet";
    private volatile int inside;

    FrontDoor(Vertx vertx, EmbeddedRegistry registry, ConnectionGuard guard, Optional<Gate> gate, Telemetry telemetry) {
        this.gate = gate;
        this.telemetry = telemetry;
        this.router = Router.router(vertx);
        router.route().handler(ctx -> {
            guard.entered(ctx.request());
            ctx.addEndHandler(end -> guard.left(ctx.request()));
            if (hasReadableQuery(ctx.request())) {
                ctx.next();
            } else {
                Answers.error(ctx.response(), UNREADABLE);
            }
        });
        // The first that is tried: routes are tried one after the other, and there are more than a hundred.
        InvokeRoutes.enter(of(KafkaSide::invoke));
        open("/health", "berth:GetHealth", this::health);
        // The same for machines that ask each part alike: whether it lives, and whether it may be sent requests.
        open(
                "/healthz",
                "berth:GetLiveness",
                ctx -> Answers.json(ctx.response(), 200, Json.object().put("status", "ok")));
        open("/readyz", "berth:GetReadiness", this::health);
        ObjectNode description = ApiDescription.document();
        open("/openapi.json", "berth:GetOpenApi", ctx -> Answers.json(ctx.response(), 200, description));
        gate.ifPresent(keeper -> router.get("/metrics").handler(keeper::admitFromHere));
        open("/metrics", "berth:GetMetrics", new MetricsPage(vertx, telemetry)::get);
        telemetry.gauge(Metric.REQUESTS_INSIDE, this, FrontDoor::inside);
        gate.ifPresent(keeper -> List.of("/subjects*", "/schemas/*", "/config*", "/compatibility/*")
                .forEach(path -> router.route(path).handler(keeper::admitToRegistry)));
        registry.mount(router);
        new PageRoutes(vertx).mount(router);
        enterAll();
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
        router.errorHandler(400, ctx -> Answers.error(ctx.response(), UNREADABLE));
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

    /** Each resource area knows its own routes; invocations have theirs already. */
    private void enterAll() {
        FunctionRoutes.enter(of(KafkaSide::functions));
        VersionRoutes.enter(of(KafkaSide::versions));
        SettingsRoutes.enter(of(KafkaSide::settings));
        AccountRoutes.enter(of(KafkaSide::account));
        ExplainRoutes.enter(of(KafkaSide::explain));
        DecisionRoutes.enter(of(KafkaSide::decisions));
        StartRoutes.enter(of(KafkaSide::starts));
        ActivityRoutes.enter(of(KafkaSide::activity));
        CheckupRoutes.enter(of(KafkaSide::checkup));
        LogRoutes.enter(of(KafkaSide::logs));
        JobRoutes.enter(of(KafkaSide::jobs));
        PinRoutes.enter(of(KafkaSide::pins));
        InstanceRoutes.enter(of(KafkaSide::instances));
        TriggerRoutes.enter(of(KafkaSide::triggers));
        MappingRoutes.enter(of(KafkaSide::mappings));
        ScheduleRoutes.enter(of(KafkaSide::schedules));
        EventRoutes.enter(of(KafkaSide::events));
        ReplayRoutes.enter(of(KafkaSide::replays));
        DeadLetterRoutes.enter(of(KafkaSide::deadLetters));
        LiveRoutes.enter(of(KafkaSide::live));
    }

    private <R> Routes<R> of(Function<KafkaSide, R> area) {
        return (method, path, operation, bodyBytes, handler) ->
                route(method, path, operation, bodyBytes, (side, ctx) -> handler.accept(area.apply(side), ctx));
    }

    /** Enters a route that is open always and to everybody. */
    private void open(String path, String operation, Handler<RoutingContext> handler) {
        operations.add(new Operation("GET", path, operation));
        router.get(path).handler(handler);
    }

    private void route(
            HttpMethod method,
            String path,
            String operation,
            int bodyBytes,
            BiConsumer<KafkaSide, RoutingContext> handler) {
        operations.add(new Operation(method.name(), path, operation));
        RequestMeters meters = new RequestMeters(telemetry, operation);
        router.route(method, path).handler(ctx -> {
            KafkaSide side = kafka;
            if (closing) {
                Answers.error(ctx.response(), ApiError.unavailable("The gateway stops and takes nothing new."));
            } else if (side == null) {
                Answers.error(ctx.response(), ApiError.unavailable("The gateway starts: " + connecting + "."));
            } else {
                enter(ctx, meters);
                gate.ifPresentOrElse(
                        keeper -> keeper.admit(ctx, operation, bodyBytes, () -> handler.accept(side, ctx)),
                        () -> handler.accept(side, ctx));
            }
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written on the event loop alone; closing reads it from elsewhere.
    private void enter(RoutingContext ctx, RequestMeters meters) {
        inside++;
        long enteredNs = System.nanoTime();
        ctx.addEndHandler(end -> {
            inside--;
            meters.ended(ctx.response().getStatusCode(), System.nanoTime() - enteredNs);
        });
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

    /** Vert.x takes parameters apart when they are first asked for, and then throws. */
    private static boolean hasReadableQuery(HttpServerRequest request) {
        if (request.query() == null) {
            return true;
        }
        try {
            request.params();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
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
