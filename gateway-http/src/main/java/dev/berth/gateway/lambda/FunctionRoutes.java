package dev.berth.gateway.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.FunctionShapes;
import dev.berth.gateway.lambda.core.InvokeRequest;
import dev.berth.schemas.FunctionSpec;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** CreateFunction, GetFunction, ListFunctions and so on. Event loop; changes go to the deploying worker. */
public final class FunctionRoutes {
    /** As Lambda: 50 MB of zip are 67 MB of base64, and the rest of the request. */
    private static final int DEPLOY_BODY_BYTES = 70_167_211;

    private static final int CONFIGURATION_BODY_BYTES = 256 * 1024;
    private static final int PAGE = 50;
    // The one thread keeps the order. Vert.x's own is one queue for a whole context, which others wait in as well.
    private static final boolean UNORDERED = false;
    private static final int MAX_ITEMS = 10_000;

    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final WorkerExecutor deploying;
    private final TopicTable<FunctionSpec> functions;
    private final FunctionDeployer deployer;

    public FunctionRoutes(
            CallerIdentity identity,
            BodyReader bodies,
            WorkerExecutor deploying,
            TopicTable<FunctionSpec> functions,
            FunctionDeployer deployer) {
        this.identity = identity;
        this.bodies = bodies;
        this.deploying = deploying;
        this.functions = functions;
        this.deployer = deployer;
    }

    public void create(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        change(ctx, DEPLOY_BODY_BYTES, "CreateFunction", 201, body -> () -> deployer.create(tenant, body));
    }

    public void updateCode(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = unqualified(ctx);
        change(
                ctx,
                DEPLOY_BODY_BYTES,
                "UpdateFunctionCode",
                200,
                body -> () -> deployer.updateCode(tenant, name, body));
    }

    public void updateConfiguration(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = unqualified(ctx);
        change(
                ctx,
                CONFIGURATION_BODY_BYTES,
                "UpdateFunctionConfiguration",
                200,
                body -> () -> deployer.updateConfiguration(tenant, name, body));
    }

    public void delete(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = name(ctx);
        deploying
                .executeBlocking(
                        () -> {
                            deployer.delete(tenant, name);
                            return null;
                        },
                        UNORDERED)
                .onSuccess(done -> Answers.empty(ctx.response(), 204))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    public void get(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, FunctionShapes.function(existing(ctx)));
    }

    public void configuration(RoutingContext ctx) {
        Answers.json(ctx.response(), 200, FunctionShapes.configuration(existing(ctx)));
    }

    public void list(RoutingContext ctx) {
        String prefix = identity.tenant(ctx.request()) + "/";
        int limit = maxItems(ctx.request().getParam("MaxItems"));
        String marker = ctx.request().getParam("Marker");
        List<FunctionSpec> page = functions
                .scan(prefix, marker == null || marker.isEmpty() ? null : prefix + decoded(marker))
                .limit(limit + 1L)
                .map(Map.Entry::getValue)
                .toList();
        ObjectNode json = Json.object();
        var shown = json.putArray("Functions");
        page.stream().limit(limit).forEach(spec -> shown.add(FunctionShapes.configuration(spec)));
        if (page.size() > limit) {
            String last = page.get(limit - 1).getName();
            json.put("NextMarker", Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8)));
        }
        Answers.json(ctx.response(), 200, json);
    }

    private interface Change {
        Callable<FunctionSpec> with(byte[] body);
    }

    private void change(RoutingContext ctx, int limitBytes, String operation, int status, Change change) {
        bodies.read(ctx.request(), limitBytes, operation)
                .compose(body -> {
                    Future<FunctionSpec> changed = deploying.executeBlocking(change.with(body.bytes()), UNORDERED);
                    return changed.onComplete(done -> body.release());
                })
                .onSuccess(spec -> Answers.json(ctx.response(), status, FunctionShapes.configuration(spec)))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private FunctionSpec existing(RoutingContext ctx) {
        FunctionName name = name(ctx);
        return functions
                .get(FunctionDeployer.key(identity.tenant(ctx.request()), name.name()))
                .filter(spec -> InvokeRequest.version(spec, name).isPresent())
                .orElseThrow(() -> name.notFound().exception());
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

    private static int maxItems(String given) {
        if (given == null) {
            return PAGE;
        }
        try {
            int items = Integer.parseInt(given);
            if (items >= 1 && items <= MAX_ITEMS) {
                return Math.min(items, PAGE);
            }
        } catch (NumberFormatException e) {
            // Refused below, as what is out of range.
        }
        throw ApiError.invalidParameter("MaxItems must be a number from 1 to " + MAX_ITEMS + ".")
                .exception();
    }

    private static String decoded(String marker) {
        try {
            return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.invalidParameter("The Marker is not one that ListFunctions gave.")
                    .exception();
        }
    }
}
