package dev.berth.gateway.lambda;

import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.EventDestinations;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.FunctionRequests;
import dev.berth.gateway.lambda.core.FunctionSettings;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.schemas.FunctionSpec;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A function's concurrency and its retries, by Lambda's operations: PutFunctionConcurrency, PutFunctionEventInvokeConfig and so
 * on. Event loop; changes go to the deploying worker.
 */
public final class SettingsRoutes {
    private static final int BODY_BYTES = 64 * 1024;

    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final Changing changing;
    private final TopicTable<FunctionSpec> functions;
    private final FunctionDeployer deployer;

    public SettingsRoutes(
            CallerIdentity identity,
            BodyReader bodies,
            Changing changing,
            TopicTable<FunctionSpec> functions,
            FunctionDeployer deployer) {
        this.identity = identity;
        this.bodies = bodies;
        this.changing = changing;
        this.functions = functions;
        this.deployer = deployer;
    }

    /** Each operation of Lambda's lies under the date of the API that brought it. */
    public static void enter(Routes<SettingsRoutes> routes) {
        String concurrency = "/2017-10-31/functions/:name/concurrency";
        routes.add(HttpMethod.PUT, concurrency, "lambda:PutFunctionConcurrency", SettingsRoutes::putConcurrency);
        routes.add(
                HttpMethod.DELETE, concurrency, "lambda:DeleteFunctionConcurrency", SettingsRoutes::deleteConcurrency);
        routes.add(
                HttpMethod.GET,
                "/2019-09-30/functions/:name/concurrency",
                "lambda:GetFunctionConcurrency",
                SettingsRoutes::getConcurrency);
        String eventInvoke = "/2019-09-25/functions/:name/event-invoke-config";
        routes.add(HttpMethod.GET, eventInvoke, "lambda:GetFunctionEventInvokeConfig", SettingsRoutes::getEventInvoke);
        routes.add(
                HttpMethod.GET,
                eventInvoke + "/list",
                "lambda:ListFunctionEventInvokeConfigs",
                SettingsRoutes::listEventInvokes);
        routes.add(HttpMethod.PUT, eventInvoke, "lambda:PutFunctionEventInvokeConfig", SettingsRoutes::putEventInvoke);
        routes.add(
                HttpMethod.POST,
                eventInvoke,
                "lambda:UpdateFunctionEventInvokeConfig",
                SettingsRoutes::updateEventInvoke);
        routes.add(
                HttpMethod.DELETE,
                eventInvoke,
                "lambda:DeleteFunctionEventInvokeConfig",
                SettingsRoutes::deleteEventInvoke);
    }

    public void getConcurrency(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, FunctionSettings.concurrency(existing(ctx)));
    }

    public void putConcurrency(RoutingContext ctx) {
        withBody(
                ctx,
                "PutFunctionConcurrency",
                body -> {
                    var request = Json.lambda(body, FunctionRequests.Concurrency.class);
                    return FunctionSettings.concurrency(request)::on;
                },
                spec -> Answers.json(ctx.response(), 200, FunctionSettings.concurrency(spec)));
    }

    public void deleteConcurrency(RoutingContext ctx) {
        change(ctx, FunctionSettings::unlimited, spec -> Answers.empty(ctx.response(), 204));
    }

    public void getEventInvoke(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, FunctionSettings.eventInvoke(existing(ctx)));
    }

    public void listEventInvokes(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, FunctionSettings.eventInvokes(existing(ctx)));
    }

    /** Put: what the request does not name is the standard. */
    public void putEventInvoke(RoutingContext ctx) {
        withBody(
                ctx,
                "PutFunctionEventInvokeConfig",
                body -> {
                    UnaryOperator<FunctionSpec> named = eventInvoke(body);
                    return spec -> named.apply(FunctionSettings.retriedAsStandard(spec));
                },
                spec -> Answers.json(ctx.response(), 200, FunctionSettings.eventInvoke(spec)));
    }

    /** Update: what the request does not name stays. */
    public void updateEventInvoke(RoutingContext ctx) {
        withBody(
                ctx,
                "UpdateFunctionEventInvokeConfig",
                this::eventInvoke,
                spec -> Answers.json(ctx.response(), 200, FunctionSettings.eventInvoke(spec)));
    }

    public void deleteEventInvoke(RoutingContext ctx) {
        change(ctx, FunctionSettings::retriedAsStandard, spec -> Answers.empty(ctx.response(), 204));
    }

    private interface Reading {
        UnaryOperator<FunctionSpec> of(byte[] body);
    }

    private void withBody(RoutingContext ctx, String operation, Reading reading, Consumer<FunctionSpec> answer) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = name(ctx);
        bodies.read(ctx.request(), BODY_BYTES, operation)
                .compose(body -> changed(
                                tenant, name, spec -> reading.of(body.bytes()).apply(spec))
                        .onComplete(done -> body.release()))
                .onSuccess(answer::accept)
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private void change(RoutingContext ctx, UnaryOperator<FunctionSpec> edit, Consumer<FunctionSpec> answer) {
        changed(identity.tenant(ctx.request()), name(ctx), edit)
                .onSuccess(answer::accept)
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private Future<FunctionSpec> changed(String tenant, FunctionName name, UnaryOperator<FunctionSpec> edit) {
        return changing.change(() -> deployer.change(tenant, name, edit));
    }

    private FunctionSpec existing(RoutingContext ctx) {
        FunctionName name = name(ctx);
        return functions
                .get(FunctionDeployer.key(identity.tenant(ctx.request()), name.name()))
                .orElseThrow(() -> name.notFound().exception());
    }

    private UnaryOperator<FunctionSpec> eventInvoke(byte[] body) {
        var request = Json.lambda(body, FunctionRequests.EventInvoke.class);
        FunctionSettings settings = FunctionSettings.eventInvoke(request);
        return spec -> EventDestinations.on(
                settings.on(spec),
                request.destinationConfig(),
                destination -> functions
                        .get(FunctionDeployer.key(spec.getTenant(), destination.name()))
                        .flatMap(found -> InvokeRequest.version(found, destination))
                        .isPresent());
    }

    private static FunctionName name(RoutingContext ctx) {
        FunctionName name =
                FunctionName.parse(ctx.pathParam("name"), ctx.request().getParam("Qualifier"));
        if (name.qualifier().filter(qualifier -> !qualifier.equals("$LATEST")).isPresent()) {
            throw ApiError.invalidParameter("Concurrency and retries are those of " + name.name()
                            + " as a whole; leave the qualifier out.")
                    .exception();
        }
        return name;
    }
}
