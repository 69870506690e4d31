package dev.berth.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.client.GatewayClient;
import dev.berth.cli.text.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a gateway says of the Berth behind it.
 *
 * @param problem why it could not be asked; empty if it could
 * @param silent whether nothing answers at all
 * @param aheadMs how far its clock is ahead of this machine's
 * @param findings its own
 * @param instances the fleet
 */
public record Running(
        Optional<String> problem, boolean silent, long aheadMs, List<JsonNode> findings, List<JsonNode> instances) {
    /** Asks. */
    public static Running at(GatewayClient gateway) {
        try {
            gateway.send("GET", "/healthz", null, Map.of());
        } catch (Failure e) {
            return new Running(Optional.of(e.getMessage()), true, 0, List.of(), List.of());
        }
        long askedMs = System.currentTimeMillis();
        GatewayClient.Answer answer = gateway.send("GET", "/checkup", null, Map.of());
        if (!answer.ok()) {
            return new Running(Optional.of(answer.error()), false, 0, List.of(), List.of());
        }
        JsonNode said = answer.json();
        // Its clock was read just before it answered: later than half way, so this errs towards none.
        long answeredMs = System.currentTimeMillis();
        long theirsMs = said.path("nowMs").asLong();
        long aheadMs = theirsMs > answeredMs ? theirsMs - answeredMs : Math.min(0, theirsMs - askedMs);
        return new Running(Optional.empty(), false, aheadMs, list(said.path("findings")), list(instances(gateway)));
    }

    private static JsonNode instances(GatewayClient gateway) {
        return gateway.get("/instances").path("instances");
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> rows = new ArrayList<>();
        array.forEach(rows::add);
        return rows;
    }
}
