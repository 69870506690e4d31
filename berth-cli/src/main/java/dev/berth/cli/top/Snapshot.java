package dev.berth.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What a gateway said at one moment.
 *
 * @param activity of the last seconds
 * @param instances the fleet
 * @param queues what waits in the gateway's process; empty if that is not told here, or there is no router in it
 */
public record Snapshot(long atMs, JsonNode activity, JsonNode instances, Optional<Queues> queues) {
    /**
     * What waits where.
     *
     * @param router invocations that have no place yet
     * @param callers synchronous ones whose callers wait at this gateway
     */
    public record Queues(long router, long inFlight, long callers) {}

    /** Asks. */
    public static Snapshot of(GatewayClient gateway, int seconds, String tenant) {
        JsonNode activity = gateway.get(
                "/activity?seconds=" + seconds + (tenant == null ? "" : "&tenant=" + GatewayClient.escaped(tenant)));
        JsonNode instances = gateway.get("/instances").path("instances");
        return new Snapshot(System.currentTimeMillis(), activity, instances, queues(gateway));
    }

    /** For machines. */
    public ObjectNode json() {
        ObjectNode json = Json.object().put("atMs", atMs);
        json.set("activity", activity);
        json.set("instances", instances);
        queues.ifPresent(waiting -> json.putObject("queues")
                .put("router", waiting.router())
                .put("inFlight", waiting.inFlight())
                .put("callers", waiting.callers()));
        return json;
    }

    private static Optional<Queues> queues(GatewayClient gateway) {
        GatewayClient.Answer answer = gateway.send("GET", "/metrics", null, Map.of());
        if (!answer.ok()) {
            return Optional.empty();
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        return sum(text, "berth_router_queued")
                .map(queued -> new Queues(
                        queued,
                        sum(text, "berth_router_in_flight").orElse(0L),
                        sum(text, "berth_http_waiting").orElse(0L)));
    }

    /** Of all samples of a gauge; empty if there is none. */
    static Optional<Long> sum(String exposition, String name) {
        return exposition
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .map(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(Long::sum);
    }
}
