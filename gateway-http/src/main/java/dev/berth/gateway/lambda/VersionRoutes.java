package dev.berth.gateway.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.BodyReader;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.gateway.lambda.core.AliasEdits;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.FunctionShapes;
import dev.berth.gateway.lambda.core.Pages;
import dev.berth.gateway.lambda.core.TagEdits;
import dev.berth.gateway.lambda.core.VersionEdits;
import dev.berth.schemas.FunctionSpec;
import dev.berth.schemas.FunctionVersion;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** PublishVersion, CreateAlias and what else there is for versions, aliases and tags. Event loop; changes go to the deploying worker. */
public final class VersionRoutes {
    private static final int BODY_BYTES = 64 * 1024;

    private final CallerIdentity identity;
    private final BodyReader bodies;
    private final Changing changing;
    private final TopicTable<FunctionSpec> functions;
    private final FunctionDeployer deployer;
    private final Clock clock = Clock.systemUTC();

    public VersionRoutes(
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

    /** Versions, aliases and tags. */
    public static void enter(Routes<VersionRoutes> routes) {
        String versions = "/2015-03-31/functions/:name/versions";
        routes.add(HttpMethod.POST, versions, "lambda:PublishVersion", VersionRoutes::publish);
        routes.add(HttpMethod.GET, versions, "lambda:ListVersionsByFunction", VersionRoutes::versions);
        String aliases = "/2015-03-31/functions/:name/aliases";
        routes.add(HttpMethod.POST, aliases, "lambda:CreateAlias", VersionRoutes::createAlias);
        routes.add(HttpMethod.GET, aliases, "lambda:ListAliases", VersionRoutes::aliases);
        String alias = aliases + "/:alias";
        routes.add(HttpMethod.GET, alias, "lambda:GetAlias", VersionRoutes::getAlias);
        routes.add(HttpMethod.PUT, alias, "lambda:UpdateAlias", VersionRoutes::updateAlias);
        routes.add(HttpMethod.DELETE, alias, "lambda:DeleteAlias", VersionRoutes::deleteAlias);
        String tags = "/2017-03-31/tags/:name";
        routes.add(HttpMethod.GET, tags, "lambda:ListTags", VersionRoutes::tags);
        routes.add(HttpMethod.POST, tags, "lambda:TagResource", VersionRoutes::tag);
        routes.add(HttpMethod.DELETE, tags, "lambda:UntagResource", VersionRoutes::untag);
    }

    /** PublishVersion. */
    public void publish(RoutingContext ctx) {
        change(ctx, "PublishVersion", 201, body -> {
            var request =
                    body.length == 0 ? VersionEdits.Publish.plain() : Json.lambda(body, VersionEdits.Publish.class);
            return new Edit(spec -> VersionEdits.publish(spec, request, clock.millis()), spec -> {
                FunctionVersion version = VersionEdits.newest(spec);
                return FunctionShapes.configuration(spec, version, Optional.of(version.getVersion()));
            });
        });
    }

    /** ListVersionsByFunction: $LATEST first. */
    public void versions(RoutingContext ctx) {
        FunctionSpec spec = existing(ctx);
        var all = Stream.concat(Stream.of(spec.getLatest()), spec.getVersions().stream())
                .toList();
        ObjectNode json = Json.object();
        ArrayNode shown = json.putArray("Versions");
        Pages.of(ctx.request()::getParam)
                .cut(all, FunctionVersion::getVersion, json)
                .forEach(version ->
                        shown.add(FunctionShapes.configuration(spec, version, Optional.of(version.getVersion()))));
        Answers.json(ctx.response(), 200, json);
    }

    /** CreateAlias. */
    public void createAlias(RoutingContext ctx) {
        change(ctx, "CreateAlias", 201, body -> {
            var request = Json.lambda(body, AliasEdits.Request.class);
            return new Edit(
                    spec -> AliasEdits.create(spec, request, clock.millis()),
                    spec -> AliasEdits.show(spec, request.name()));
        });
    }

    /** UpdateAlias. */
    public void updateAlias(RoutingContext ctx) {
        String alias = ctx.pathParam("alias");
        change(ctx, "UpdateAlias", 200, body -> {
            var request = Json.lambda(body, AliasEdits.Request.class);
            return new Edit(
                    spec -> AliasEdits.update(spec, alias, request, clock.millis()),
                    spec -> AliasEdits.show(spec, alias));
        });
    }

    /** DeleteAlias. */
    public void deleteAlias(RoutingContext ctx) {
        String alias = ctx.pathParam("alias");
        changed(identity.tenant(ctx.request()), name(ctx), spec -> AliasEdits.delete(spec, alias))
                .onSuccess(done -> Answers.empty(ctx.response(), 204))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** GetAlias. */
    public void getAlias(RoutingContext ctx) {
        FunctionSpec spec = existing(ctx);
        String alias = ctx.pathParam("alias");
        AliasEdits.require(spec, alias);
        Answers.json(ctx.response(), 200, AliasEdits.show(spec, alias));
    }

    /** ListAliases: all, or those of one version. */
    public void aliases(RoutingContext ctx) {
        FunctionSpec spec = existing(ctx);
        String version = ctx.request().getParam("FunctionVersion");
        var all = spec.getAliases().entrySet().stream()
                .filter(alias -> version == null || alias.getValue().equals(version))
                .map(alias -> alias.getKey())
                .sorted()
                .toList();
        ObjectNode json = Json.object();
        ArrayNode shown = json.putArray("Aliases");
        Pages.of(ctx.request()::getParam)
                .cut(all, name -> name, json)
                .forEach(name -> shown.add(AliasEdits.show(spec, name)));
        Answers.json(ctx.response(), 200, json);
    }

    /** ListTags. */
    public void tags(RoutingContext ctx) {
        ObjectNode json = Json.object();
        existing(ctx).getTags().forEach(json.putObject("Tags")::put);
        Answers.json(ctx.response(), 200, json);
    }

    /** TagResource. */
    public void tag(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = name(ctx);
        bodies.read(ctx.request(), BODY_BYTES, "TagResource")
                .map(body -> {
                    try {
                        return Json.lambda(body.bytes(), TagEdits.Request.class);
                    } finally {
                        body.release();
                    }
                })
                .compose(request -> changed(tenant, name, spec -> TagEdits.put(spec, request)))
                .onSuccess(done -> Answers.empty(ctx.response(), 204))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /** UntagResource. */
    public void untag(RoutingContext ctx) {
        var keys = ctx.queryParam("tagKeys");
        changed(identity.tenant(ctx.request()), name(ctx), spec -> TagEdits.remove(spec, keys))
                .onSuccess(done -> Answers.empty(ctx.response(), 204))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    private record Edit(UnaryOperator<FunctionSpec> change, Function<FunctionSpec, ObjectNode> answer) {}

    private void change(RoutingContext ctx, String operation, int status, Function<byte[], Edit> reading) {
        String tenant = identity.tenant(ctx.request());
        FunctionName name = name(ctx);
        bodies.read(ctx.request(), BODY_BYTES, operation)
                .map(body -> {
                    try {
                        return reading.apply(body.bytes());
                    } finally {
                        body.release();
                    }
                })
                .compose(edit -> changed(tenant, name, edit.change()).map(edit.answer()))
                .onSuccess(json -> Answers.json(ctx.response(), status, json))
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

    private static FunctionName name(RoutingContext ctx) {
        FunctionName name = FunctionName.parse(ctx.pathParam("name"), null);
        if (name.qualifier().isPresent()) {
            throw ApiError.invalidParameter("Versions and aliases are those of " + name.name()
                            + " as a whole; leave the qualifier out of its name.")
                    .exception();
        }
        return name;
    }
}
