package dev.berth.gateway.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The fields of a JSON object that a client sent to one of Berth's own resources. */
public final class RequestFields {
    private final ObjectNode json;
    private final String what;

    private RequestFields(ObjectNode json, String what) {
        this.json = json;
        this.what = what;
    }

    /**
     * Reads a body.
     *
     * @param what it is, for messages, such as "A job"
     * @param allowed the names it may have
     * @throws ApiException if it is no JSON object or has another field: one that was passed over in silence would be worse
     */
    public static RequestFields parse(byte[] body, String what, List<String> allowed) {
        ObjectNode json = Json.parseObject(body);
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                throw ApiError.invalidParameter(
                                what + " has no field '" + name + "'. It has " + String.join(", ", allowed) + ".")
                        .exception();
            }
        }
        return new RequestFields(json, what);
    }

    /**
     * A text; empty if it is missing or null.
     *
     * @throws ApiException if it is something else
     */
    public Optional<String> text(String field) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw ApiError.invalidParameter(what + " has a field " + field + " that is no string.")
                    .exception();
        }
        return Optional.of(value.asText());
    }

    /** Any value as JSON; an empty object if it is missing. */
    public byte[] value(String field) {
        return Json.bytes(json.has(field) ? json.get(field) : Json.object());
    }
}
