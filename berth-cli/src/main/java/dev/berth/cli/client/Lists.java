package dev.berth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.cli.text.Json;

/** Lists of Lambda's API, which come in pages. */
public final class Lists {
    private Lists() {}

    /**
     * All pages of a list as one.
     *
     * @param path without a query
     * @param field of the answer that holds the elements
     */
    public static ArrayNode all(GatewayClient gateway, String path, String field) {
        ArrayNode all = Json.object().arrayNode();
        String marker = "";
        do {
            JsonNode page = gateway.get(path + (marker.isEmpty() ? "" : "?Marker=" + GatewayClient.escaped(marker)));
            page.path(field).forEach(all::add);
            marker = page.path("NextMarker").asText("");
        } while (!marker.isEmpty() && !marker.equals("null"));
        return all;
    }
}
