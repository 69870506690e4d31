package dev.berth.gateway.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.events.core.Mappings;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.UserTopics;
import dev.berth.gateway.lambda.core.FunctionName;
import dev.berth.gateway.lambda.core.MappingRequest;
import dev.berth.gateway.lambda.core.Pages;
import dev.berth.schemas.Trigger;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Lambda's CreateEventSourceMapping and so on: the same triggers as {@link TriggerRoutes}'. Event loop. */
public final class MappingRoutes {
    private static final String PATH = "/2015-03-31/event-source-mappings";

    private final CallerIdentity identity;
    private final TriggerStore store;
    private final UserTopics topics;
    private final Changing changing;

    public MappingRoutes(CallerIdentity identity, TriggerStore store, UserTopics topics, Changing changing) {
        this.identity = identity;
        this.store = store;
        this.topics = topics;
        this.changing = changing;
    }

    /** Event source mappings. */
    public static void enter(Routes<MappingRoutes> routes) {
        // The SDKs of some languages write the list with a slash at its end.
        for (String path : List.of(PATH, PATH + "/")) {
            routes.add(HttpMethod.POST, path, "lambda:CreateEventSourceMapping", MappingRoutes::create);
            routes.add(HttpMethod.GET, path, "lambda:ListEventSourceMappings", MappingRoutes::list);
        }
        String one = PATH + "/:uuid";
        routes.add(HttpMethod.GET, one, "lambda:GetEventSourceMapping", MappingRoutes::get);
        routes.add(HttpMethod.PUT, one, "lambda:UpdateEventSourceMapping", MappingRoutes::update);
        routes.add(HttpMethod.DELETE, one, "lambda:DeleteEventSourceMapping", MappingRoutes::delete);
    }

    public void create(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        changing.withBody(ctx, TriggerRoutes.BODY_BYTES, "CreateEventSourceMapping", 202, body -> {
            Trigger trigger = Mappings.create(
                    tenant,
                    UUID.randomUUID().toString(),
                    MappingRequest.parse(body),
                    store.known(tenant),
                    System.currentTimeMillis());
            requireOwnCluster(trigger.getBootstrapServers());
            store.all(tenant).stream()
                    .filter(other -> Mappings.same(trigger, other))
                    .findFirst()
                    .ifPresent(other -> {
                        throw ApiError.conflict("The topics " + trigger.getTopics() + " and function ("
                                        + Mappings.functionArn(trigger)
                                        + ") provided mapping already exists. Please update or delete the existing"
                                        + " mapping with UUID " + other.getUuid())
                                .exception();
                    });
            store.create(trigger);
            return Mappings.show(trigger, store.sums(trigger), "Creating");
        });
    }

    public void get(RoutingContext ctx) {
        Trigger trigger = store.get(identity.tenant(ctx.request()), ctx.pathParam("uuid"));
        Answers.json(ctx.response(), 200, Mappings.show(trigger, store.sums(trigger), null));
    }

    /** ListEventSourceMappings, of a function or an event source if one is named. */
    public void list(RoutingContext ctx) {
        String source = ctx.request().getParam("EventSourceArn");
        String given = ctx.request().getParam("FunctionName");
        FunctionName function = given == null ? null : FunctionName.parse(given, null);
        Pages pages = Pages.of(ctx.request()::getParam);
        ObjectNode json = Json.object();
        List<Trigger> wanted = store.all(identity.tenant(ctx.request())).stream()
                .filter(trigger -> source == null || source.equals(trigger.getSourceArn()))
                .filter(trigger -> function == null
                        || (function.name().equals(trigger.getFunction())
                                && function.qualifier()
                                        .map(qualifier -> Objects.equals(qualifier, trigger.getQualifier()))
                                        .orElse(true)))
                .toList();
        var rows = json.putArray("EventSourceMappings");
        pages.cut(wanted, Trigger::getUuid, json)
                .forEach(trigger -> rows.add(Mappings.show(trigger, store.sums(trigger), null)));
        Answers.json(ctx.response(), 200, json);
    }

    public void update(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String uuid = ctx.pathParam("uuid");
        changing.withBody(ctx, TriggerRoutes.BODY_BYTES, "UpdateEventSourceMapping", 202, body -> {
            Trigger trigger = store.change(
                    tenant,
                    uuid,
                    before -> Mappings.change(
                            before, MappingRequest.parse(body), store.known(tenant), System.currentTimeMillis()));
            return Mappings.show(trigger, store.sums(trigger), "Updating");
        });
    }

    public void delete(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String uuid = ctx.pathParam("uuid");
        changing.without(ctx, 202, () -> {
            Trigger trigger = store.delete(tenant, uuid);
            return Mappings.show(trigger, store.sums(trigger), "Deleting");
        });
    }

    /** To read another cluster than was asked for would be worse than to refuse. */
    private void requireOwnCluster(List<String> servers) {
        if (servers.isEmpty()) {
            return;
        }
        Set<String> own = topics.addresses();
        if (servers.stream().map(UserTopics::normal).noneMatch(own::contains)) {
            throw ApiError.invalidParameter("Berth reads the Kafka cluster that it runs on, at "
                            + String.join(", ", own) + ", and KAFKA_BOOTSTRAP_SERVERS names none of these but "
                            + String.join(", ", servers) + ". Give one of its addresses.")
                    .exception();
        }
    }
}
