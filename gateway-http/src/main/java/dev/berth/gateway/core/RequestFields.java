package dev.berth.gateway.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The fields of a JSON object that a client sent to one of Berth's own resources. */
public final class RequestFields {
    private static final long MAX_MOMENT_MS = 999_999_999_999_999L;

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

    /**
     * A whole number; empty if it is missing or null.
     *
     * @throws ApiException if it is something else, or out of its range
     */
    public OptionalLong number(String field, long least, long most) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw ApiError.invalidParameter(
                            what + "'s " + field + " must be a whole number from " + least + " to " + most + ".")
                    .exception();
        }
        return OptionalLong.of(value.asLong());
    }

    /**
     * A number; empty if it is missing or null.
     *
     * @throws ApiException if it is something else, or out of its range
     */
    public OptionalDouble decimal(String field, double least, double most) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw ApiError.invalidParameter(
                            what + "'s " + field + " must be a number from " + least + " to " + most + ".")
                    .exception();
        }
        return OptionalDouble.of(value.asDouble());
    }

    /**
     * A moment in milliseconds of the epoch, given so or as ISO 8601 writes it; empty if it is missing or null.
     *
     * @throws ApiException if it is something else
     */
    public OptionalLong moment(String field) {
        JsonNode value = json.get(field);
        if (value == null || !value.isTextual()) {
            return number(field, 0, MAX_MOMENT_MS);
        }
        try {
            return OptionalLong.of(Instant.parse(value.asText()).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw ApiError.invalidParameter(what + "'s " + field
                            + " is no time. Give milliseconds of the epoch, or a time such as 2026-01-31T12:00:00Z.")
                    .exception();
        }
    }

    /** Whether it is there, if only as null: where fields can be taken away, that takes this one away. */
    public boolean has(String field) {
        return json.has(field);
    }

    /**
     * True or false; empty if it is missing or null.
     *
     * @throws ApiException if it is something else
     */
    public Optional<Boolean> flag(String field) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw ApiError.invalidParameter(what + "'s " + field + " must be true or false.")
                    .exception();
        }
        return Optional.of(value.asBoolean());
    }

    /**
     * A list of texts; empty if it is missing or null.
     *
     * @throws ApiException if it is something else
     */
    public Optional<List<String>> texts(String field) {
        return elements(field, JsonNode::isTextual, "a list of strings");
    }

    /**
     * A list of JSON objects as texts, each given as an object or as the text of one; empty if it is missing or null.
     *
     * @throws ApiException if it is something else
     */
    public Optional<List<String>> jsonTexts(String field) {
        return elements(field, node -> node.isTextual() || node.isObject(), "a list of JSON objects");
    }

    private Optional<List<String>> elements(String field, Predicate<JsonNode> wanted, String due) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value) {
            if (wanted.test(each)) {
                texts.add(each.isTextual() ? each.asText() : Json.text(each));
            }
        }
        if (!value.isArray() || texts.size() != value.size()) {
            throw ApiError.invalidParameter(what + "'s " + field + " must be " + due + ".")
                    .exception();
        }
        return Optional.of(texts);
    }

    /** Any value as JSON; an empty object if it is missing. */
    public byte[] value(String field) {
        return Json.bytes(json.has(field) ? json.get(field) : Json.object());
    }
}
