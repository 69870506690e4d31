package dev.berth.gateway.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.events.core.TriggerEdits;
import dev.berth.gateway.events.core.TriggerShapes;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Changing;
import dev.berth.gateway.http.Routes;
import dev.berth.schemas.Trigger;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** {@code /triggers}: what Lambda's event source mappings are, with what they lack. Event loop. */
public final class TriggerRoutes {
    /** Of triggers and schedules; a payload may be in it, as text or Base64. */
    static final int BODY_BYTES = 2 * 1024 * 1024;

    private static final String PATH = "/triggers";

    private final CallerIdentity identity;
    private final TriggerStore store;
    private final Changing changing;

    public TriggerRoutes(CallerIdentity identity, TriggerStore store, Changing changing) {
        this.identity = identity;
        this.store = store;
        this.changing = changing;
    }

    /** Triggers. */
    public static void enter(Routes<TriggerRoutes> routes) {
        String one = PATH + "/:id";
        routes.add(HttpMethod.POST, PATH, "berth:CreateTrigger", BODY_BYTES, TriggerRoutes::create);
        routes.add(HttpMethod.GET, PATH, "berth:ListTriggers", TriggerRoutes::list);
        routes.add(HttpMethod.GET, one, "berth:GetTrigger", TriggerRoutes::get);
        routes.add(HttpMethod.PATCH, one, "berth:UpdateTrigger", BODY_BYTES, TriggerRoutes::update);
        routes.add(HttpMethod.DELETE, one, "berth:DeleteTrigger", TriggerRoutes::delete);
        routes.add(HttpMethod.POST, one + "/pause", "berth:PauseTrigger", (area, ctx) -> area.enable(ctx, false));
        routes.add(HttpMethod.POST, one + "/resume", "berth:ResumeTrigger", (area, ctx) -> area.enable(ctx, true));
    }

    /** POST /triggers: 201 with the trigger; it begins within a second or so. */
    public void create(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        changing.withBody(
                ctx,
                BODY_BYTES,
                "CreateTrigger",
                201,
                body -> TriggerShapes.of(store.create(TriggerEdits.create(
                        tenant,
                        UUID.randomUUID().toString(),
                        TriggerEdits.fields(body),
                        store.known(tenant),
                        System.currentTimeMillis()))));
    }

    /** GET /triggers?function=&topic=: each with how it does. */
    public void list(RoutingContext ctx) {
        String function = ctx.request().getParam("function");
        String topic = ctx.request().getParam("topic");
        ObjectNode json = Json.object();
        var rows = json.putArray("triggers");
        store.all(identity.tenant(ctx.request())).stream()
                .filter(trigger -> function == null || trigger.getFunction().equals(function))
                .filter(trigger -> topic == null || trigger.getTopics().contains(topic))
                .forEach(trigger -> rows.add(TriggerShapes.of(trigger)
                        .set("status", store.sums(trigger).json())));
        Answers.json(ctx.response(), 200, json);
    }

    /** GET /triggers/{id}: with how it does, summed over the processes that serve it, and each partition. */
    public void get(RoutingContext ctx) {
        Trigger trigger = store.get(identity.tenant(ctx.request()), ctx.pathParam("id"));
        Answers.json(
                ctx.response(),
                200,
                TriggerShapes.of(trigger).set("status", store.sums(trigger).whole()));
    }

    /** PATCH /triggers/{id}: what the body names is changed; the rest stays. */
    public void update(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        changing.withBody(
                ctx,
                BODY_BYTES,
                "UpdateTrigger",
                200,
                body -> TriggerShapes.of(store.change(
                        tenant,
                        id,
                        before -> TriggerEdits.change(
                                before, TriggerEdits.fields(body), store.known(tenant), System.currentTimeMillis()))));
    }

    /** DELETE /triggers/{id}: 200 with what it was; what it has read already is finished. */
    public void delete(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        changing.without(ctx, 200, () -> TriggerShapes.of(store.delete(tenant, id)));
    }

    private void enable(RoutingContext ctx, boolean enabled) {
        String tenant = identity.tenant(ctx.request());
        String id = ctx.pathParam("id");
        changing.without(
                ctx,
                200,
                () -> TriggerShapes.of(store.change(
                        tenant, id, before -> TriggerEdits.enabled(before, enabled, System.currentTimeMillis()))));
    }
}
