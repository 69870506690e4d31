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
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.Map;

/** {@code GET /pins}: the pin of one key, or a page of all. Event loop; a table in memory. */
public final class PinRoutes {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    /** For one page: some tens of milliseconds. */
    private static final int MOST_LOOKED_AT = 50_000;

    private final Vertx vertx;
    private final CallerIdentity identity;
    private final TopicTable<Pin> pins;

    public PinRoutes(Vertx vertx, CallerIdentity identity, TopicTable<Pin> pins) {
        this.vertx = vertx;
        this.identity = identity;
        this.pins = pins;
    }

    /** Which container serves a key. */
    public static void enter(Routes<PinRoutes> routes) {
        routes.add(HttpMethod.GET, "/pins", "berth:GetPins", PinRoutes::get);
    }

    /**
     * With {@code function} and {@code key}: {@code {"pin": {..}}}, or {@code {"pin": null}} for a key that has none. Else a list
     * with {@code limit}, {@code function} and {@code after} (the {@code next} of the page before), of those whose key contains
     * {@code search} and that are pinned to {@code instance} and {@code container}. With {@code next} in the answer there may be more,
     * even if the page is not full: a page looks at a bounded number of pins.
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
        Search search = new Search(
                tenant + "/" + (function == null ? "" : function + "/"),
                ctx.request().getParam("after"),
                limit,
                ctx.request().getParam("search"),
                ctx.request().getParam("instance"),
                ctx.request().getParam("container"));
        if (!search.filters()) {
            Answers.json(ctx.response(), 200, page(search));
            return;
        }
        // Looks at each row, which may take longer than the event loop has.
        vertx.executeBlocking(() -> page(search), false)
                .onSuccess(json -> Answers.json(ctx.response(), 200, json))
                .onFailure(cause -> Answers.failure(ctx.response(), cause));
    }

    /**
     * What a list is to hold; null for whatever.
     *
     * @param text that the routing value contains, in capitals or not
     */
    private record Search(String prefix, String after, int limit, String text, String instance, String container) {
        boolean filters() {
            return text != null || instance != null || container != null;
        }

        boolean takes(Pin pin) {
            return (text == null || contains(pin.getRoutingValue(), text))
                    && (instance == null || instance.equals(pin.getInstanceId()))
                    && (container == null || container.equals(pin.getContainerId()));
        }

        private static boolean contains(String value, String text) {
            int last = value.length() - text.length();
            for (int at = 0; at <= last; at++) {
                if (value.regionMatches(true, at, text, 0, text.length())) {
                    return true;
                }
            }
            return false;
        }
    }

    private ObjectNode page(Search search) {
        ObjectNode json = Json.object();
        var rows = json.putArray("pins");
        String last = null;
        int looked = 0;
        Iterator<Map.Entry<String, Pin>> all =
                pins.scan(search.prefix(), search.after()).iterator();
        while (all.hasNext()) {
            if (rows.size() == search.limit() || looked == MOST_LOOKED_AT) {
                json.put("next", last);
                break;
            }
            Map.Entry<String, Pin> row = all.next();
            looked++;
            last = row.getKey();
            if (search.takes(row.getValue())) {
                rows.add(shape(row.getValue()));
            }
        }
        return json;
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
                .put("lastUsedMs", pin.getLastUsedMs())
                .put("others", pin.getOthers().size());
    }
}
