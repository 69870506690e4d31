package dev.berth.gateway.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.FunctionLists;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.FunctionShapes;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.gateway.lambda.core.Pages;
import dev.berth.gateway.lambda.core.VersionEdits;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CreateFunction, GetFunction, ListFunctions and so on. Event loop; changes go to the deploying worker. */
public final class FunctionRoutes {
    /** As Lambda: 50 MB of zip are 67 MB of base64, and the rest of the request. */
    private static final int DEPLOY_BODY_BYTES = 70_167_211;

    private static final String PATH = "/2015-03-31/functions";

    private static final int CONFIGURATION_BODY_BYTES = 256 * 1024;

    private final CallerIdentity identity;
    private final Changing changing;
    private final TopicTable<FunctionSpec> functions;
    private final FunctionDeployer deployer;

    public FunctionRoutes(
            CallerIdentity identity, Changing changing, TopicTable<FunctionSpec> functions, FunctionDeployer deployer) {
        this.identity = identity;
        this.changing = changing;
        this.functions = functions;
        this.deployer = deployer;
    }

    /** Functions and their code. */
    public static void enter(Routes<FunctionRoutes> routes) {
        // The SDKs of some languages write the list with a slash at its end.
        for (String path : List.of(PATH, PATH + "/")) {
            routes.add(HttpMethod.GET, path, "lambda:ListFunctions", FunctionRoutes::list);
            routes.add(HttpMethod.POST, path, "lambda:CreateFunction", DEPLOY_BODY_BYTES, FunctionRoutes::create);
        }
        String one = PATH + "/:name";
        routes.add(HttpMethod.GET, one, "lambda:GetFunction", FunctionRoutes::get);
        routes.add(HttpMethod.DELETE, one, "lambda:DeleteFunction", FunctionRoutes::delete);
        String configuration = one + "/configuration";
        routes.add(HttpMethod.GET, configuration, "lambda:GetFunctionConfiguration", FunctionRoutes::configuration);
        routes.add(
                HttpMethod.PUT,
                configuration,
                "lambda:UpdateFunctionConfiguration",
                FunctionRoutes::updateConfiguration);
        routes.add(
                HttpMethod.PUT,
                one + "/code",
                "lambda:UpdateFunctionCode",
                DEPLOY_BODY_BYTES,
                FunctionRoutes::updateCode);
    }

    public void create(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        changing.withBody(ctx, DEPLOY_BODY_BYTES, "CreateFunction", 201, body -> {
            FunctionSpec spec = deployer.create(tenant, body);
            return shown(spec, Json.lambda(body, Publishing.class));
        });
    }

    public void updateCode(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = unqualified(ctx);
        changing.withBody(ctx, DEPLOY_BODY_BYTES, "UpdateFunctionCode", 200, body -> {
            FunctionSpec spec = deployer.updateCode(tenant, name, body);
            return shown(spec, Json.lambda(body, Publishing.class));
        });
    }

    public void updateConfiguration(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = unqualified(ctx);
        changing.withBody(
                ctx,
                CONFIGURATION_BODY_BYTES,
                "UpdateFunctionConfiguration",
                200,
                body -> FunctionShapes.configuration(deployer.updateConfiguration(tenant, name, body)));
    }

    public void delete(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = name(ctx);
        changing.change(() -> {
                    deployer.delete(tenant, name);
                    return null;
                })
                .onSuccess(done -> Answers.empty(ctx.response(), 204))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    public void get(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, shown(ctx, FunctionShapes::function));
    }

    public void configuration(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, shown(ctx, FunctionShapes::configuration));
    }

    /** ListFunctions: each function's $LATEST, or with FunctionVersion=ALL each of its versions, $LATEST first. */
    public void list(RoutingContext ctx) {
        String prefix = identity.tenant(ctx.request()) + "/";
        boolean all = FunctionLists.isAll(ctx.request().getParam("FunctionVersion"));
        Pages page = Pages.of(ctx.request()::getParam);
        FunctionLists.After after = FunctionLists.After.of(page.after(), all);
        Answers.json(
                ctx.response(),
                200,
                FunctionLists.page(
                        functions.scan(prefix, after.key(prefix)).map(Map.Entry::getValue), all, after, page.items()));
    }

    private interface Shape {
        ObjectNode of(FunctionSpec spec, FunctionVersion version, Optional<String> qualifier);
    }

    /** The part of a deployment that says whether a version is made of it. */
    private record Publishing(Boolean publish, Boolean dryRun) {}

    private static ObjectNode shown(FunctionSpec spec, Publishing publishing) {
        if (!Boolean.TRUE.equals(publishing.publish()) || Boolean.TRUE.equals(publishing.dryRun())) {
            return FunctionShapes.configuration(spec);
        }
        FunctionVersion version = VersionEdits.newest(spec);
        return FunctionShapes.configuration(spec, version, Optional.of(version.getVersion()));
    }

    private ObjectNode shown(RoutingContext ctx, Shape shape) {
        FunctionName name = name(ctx);
        FunctionSpec spec = functions
                .get(FunctionDeployer.key(identity.tenant(ctx.request()), name.name()))
                .orElseThrow(() -> name.notFound().exception());
        FunctionVersion version = InvokeRequest.version(spec, name)
                .orElseThrow(() -> name.notFound().exception());
        return shape.of(spec, version, name.qualifier());
    }

    private static FunctionName name(RoutingContext ctx) {
        return FunctionName.parse(ctx.pathParam("name"), ctx.request().getParam("Qualifier"));
    }

    private static FunctionName unqualified(RoutingContext ctx) {
        FunctionName name = name(ctx);
        if (name.qualifier().filter(qualifier -> !qualifier.equals("$LATEST")).isPresent()) {
            throw ApiError.invalidParameter("Only $LATEST can be changed; a version is what it was published as.")
                    .exception();
        }
        return name;
    }
}
