package dev.berth.gateway.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The API's description, merged from one file for each resource area.
 *
 * <p>To describe new operations: write a file {@code AREA.json} beside the others (in {@code src/main/resources}) with
 * {@code tags}, {@code paths} and {@code components.schemas}, and name it in {@link #AREAS}. An operation's {@code operationId} is its
 * name without {@code berth:}; parameters that all share, and the answer to whatever is refused, are in {@code gateway.json}. Tests
 * hold it: {@code ApiDescriptionTest} that the description has the operations that there are and no others, and
 * {@code OpenApiTest} of berth-cli that real answers are as described. The latter closes each object that lists its properties, so
 * that a field that is not described is found.
 */
public final class ApiDescription {
    /** The first has what the whole document has; each other only adds. */
    private static final List<String> AREAS = List.of(
            "gateway",
            "jobs",
            "fleet",
            "live",
            "explain",
            "starts",
            "activity",
            "checkup",
            "logs",
            "events",
            "replays");

    private ApiDescription() {}

    /** The whole document. */
    public static ObjectNode document() {
        ObjectNode whole = area(AREAS.get(0));
        for (String name : AREAS.subList(1, AREAS.size())) {
            merge(whole, area(name), name + ".json");
        }
        return whole;
    }

    private static void merge(ObjectNode whole, ObjectNode added, String place) {
        added.properties().forEach(field -> {
            JsonNode before = whole.get(field.getKey());
            String here = place + "/" + field.getKey();
            if (before == null) {
                whole.set(field.getKey(), field.getValue());
            } else if (before instanceof ObjectNode object && field.getValue() instanceof ObjectNode more) {
                merge(object, more, here);
            } else if (before instanceof ArrayNode list && field.getValue() instanceof ArrayNode more) {
                list.addAll(more);
            } else {
                throw new IllegalStateException(
                        "The API is described twice at " + here + ": another file has the same. Rename one of them.");
            }
        });
    }

    private static ObjectNode area(String name) {
        try (InputStream in = ApiDescription.class.getResourceAsStream(name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("The API's description has no file " + name + ".json.");
            }
            return Json.parseObject(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
