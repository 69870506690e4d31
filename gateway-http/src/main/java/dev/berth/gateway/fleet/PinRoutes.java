package dev.berth.gateway.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.http.Answers;
import dev.berth.gateway.http.CallerIdentity;
import dev.berth.gateway.http.Parameters;
import dev.berth.gateway.http.Routes;
import dev.berth.gateway.kafka.TopicTable;
import dev.berth.schemas.Pin;
import dev.berth.schemas.RoutingKey;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** {@code GET /pins}: the pin of one key, or a page of all. Event loop; a table in memory. */
public final class PinRoutes {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final CallerIdentity identity;
    private final TopicTable<Pin> pins;

    public PinRoutes(CallerIdentity identity, TopicTable<Pin> pins) {
        this.identity = identity;
        this.pins = pins;
    }

    /** Which container serves a key. */
    public static void enter(Routes<PinRoutes> routes) {
        routes.add(HttpMethod.GET, "/pins", "berth:GetPins", PinRoutes::get);
    }

    /**
     * With {@code function} and {@code key}: {@code {"pin": {..}}}, or {@code {"pin": null}} for a key that has none. Else a list
     * with {@code limit}, {@code function} and {@code after} (the {@code next} of the page before).
     */
    public void get(RoutingContext ctx) {
        String tenant = identity.tenant(ctx.request());
        String function = ctx.request().getParam("function");
        String key = ctx.request().getParam("key");
        if (key != null && function == null) {
            throw ApiError.invalidParameter("A key belongs to a function: give function as well.")
                    .exception();
        }
        if (function != null && !RoutingKey.isValidName(function)) {
            throw ApiError.invalidParameter("function must be a function's name.")
                    .exception();
        }
        if (key != null) {
            ObjectNode json = Json.object();
            json.set(
                    "pin",
                    pins.get(new RoutingKey(tenant, function, key).text())
                            .map(PinRoutes::shape)
                            .orElse(null));
            Answers.json(ctx.response(), 200, json);
            return;
        }
        int limit = Parameters.limit(ctx.request(), DEFAULT_LIMIT, MAX_LIMIT);
        String prefix = tenant + "/" + (function == null ? "" : function + "/");
        List<Map.Entry<String, Pin>> page = pins.scan(prefix, ctx.request().getParam("after"))
                .limit(limit + 1L)
                .toList();
        ObjectNode json = Json.object();
        var rows = json.putArray("pins");
        page.stream().limit(limit).forEach(row -> rows.add(shape(row.getValue())));
        if (page.size() > limit) {
            json.put("next", page.get(limit - 1).getKey());
        }
        Answers.json(ctx.response(), 200, json);
    }

    private static ObjectNode shape(Pin pin) {
        return Json.object()
                .put("tenant", pin.getTenant())
                .put("function", pin.getFunction())
                .put("key", pin.getRoutingValue())
                .put("instanceId", pin.getInstanceId())
                .put("epoch", pin.getEpoch())
                .put("containerId", pin.getContainerId())
                .put("functionVersion", pin.getFunctionVersion())
                .put("revision", pin.getRevision())
                .put("lastUsedMs", pin.getLastUsedMs());
    }
}
