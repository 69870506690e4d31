package dev.berth.gateway.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.auth.core.Caller;
import dev.berth.gateway.core.Json;
import dev.berth.gateway.fleet.InstanceRoutes;
import dev.berth.gateway.http.Answers;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one client of the live feed has been told, and so what is news to it. Event loop. */
final class LiveFeed {
    /** So that whoever hears nothing for longer knows that the gateway is gone. */
    private static final long HEARTBEAT_MS = 3_000;

    private static final long PATIENCE_MS = 10_000;

    private final String tenant;
    private final Optional<Caller> caller;
    private final HttpServerResponse response;
    private final Map<String, ObjectNode> instances = new HashMap<>();
    private ObjectNode counts;
    private String state;
    private LiveTail tail;
    private long seen;
    private long writtenMs;
    private long left;

    /** @param events after which it ends */
    LiveFeed(String tenant, Optional<Caller> caller, HttpServerResponse response, long events) {
        this.left = events;
        this.tenant = tenant;
        this.caller = caller;
        this.response = response;
        this.writtenMs = System.currentTimeMillis();
    }

    String tenant() {
        return tenant;
    }

    /**
     * Writes what is new, if the client takes it.
     *
     * @param now the tail as it is; empty while it is being opened
     */
    void look(InstanceRoutes fleet, PinLook pins, Optional<LiveTail> now, String tailState, long nowMs) {
        if (!Answers.open(response)) {
            return;
        }
        if (response.writeQueueFull()) {
            // What it does not take now comes together later; whoever takes nothing for so long is not there.
            if (nowMs - writtenMs > PATIENCE_MS) {
                response.reset();
            }
            return;
        }
        ObjectNode news = Json.object();
        fleet(fleet, news);
        if (!tailState.equals(state)) {
            state = tailState;
            news.put("figures", state);
        }
        ObjectNode counted = pins.counts(tenant);
        if (!counted.equals(counts)) {
            counts = counted;
            news.set("counts", counted);
        }
        now.ifPresent(open -> figures(open, pins, news, nowMs));
        if (!news.isEmpty() || nowMs - writtenMs >= HEARTBEAT_MS) {
            writtenMs = nowMs;
            news.put("nowMs", nowMs);
            response.write("event: live\ndata: " + Json.text(news) + "\n\n");
            left--;
            if (left <= 0) {
                response.end();
            }
        }
    }

    void end() {
        if (Answers.open(response)) {
            response.end();
        }
    }

    private void figures(LiveTail open, PinLook pins, ObjectNode news, long nowMs) {
        boolean begun = open != tail;
        if (begun) {
            tail = open;
            seen = 0;
        }
        long change = open.change(tenant);
        if (begun || change != seen) {
            ObjectNode figures = open.since(tenant, seen, nowMs, (function, key) -> pins.pin(tenant, function, key));
            seen = change;
            if (begun) {
                // Whatever the client had is of another time.
                news.put("fresh", true);
            }
            news.setAll(figures);
        }
    }

    private void fleet(InstanceRoutes fleet, ObjectNode news) {
        Map<String, ObjectNode> now = fleet.rows(caller, false);
        ArrayNode changed = Json.array();
        now.forEach((id, row) -> {
            row.remove("sentMs");
            if (!row.equals(instances.put(id, row))) {
                changed.add(row);
            }
        });
        ArrayNode gone = Json.array();
        instances.keySet().removeIf(id -> {
            boolean left = !now.containsKey(id);
            if (left) {
                gone.add(id);
            }
            return left;
        });
        if (!changed.isEmpty()) {
            news.set("instances", changed);
        }
        if (!gone.isEmpty()) {
            news.set("gone", gone);
        }
    }
}
