package dev.berth.gateway.explain.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Decision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro records as the JSON that they print as, and back: unions are not tagged as in Avro's own JSON encoding, so that it reads
 * as one would write it.
 */
public final class PlainJson {
    private PlainJson() {}

    /** A record as JSON. */
    public static JsonNode of(SpecificRecord value) {
        return Json.parse(value.toString().getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new IllegalStateException("A record does not print as JSON: " + value));
    }

    /**
     * A decision from JSON; fields that are not there have their defaults.
     *
     * @throws IllegalArgumentException if a field is missing that has none
     */
    public static Decision decision(JsonNode json) {
        return (Decision) value(Decision.getClassSchema(), json);
    }

    private static Object value(Schema schema, JsonNode json) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, json);
            case ARRAY -> array(schema, json);
            case UNION -> json.isNull() ? null : value(schema.getTypes().get(1), json);
            case STRING -> json.asText();
            case INT -> json.asInt();
            case LONG -> json.asLong();
            // Avro prints what JSON has no number for as a text.
            case DOUBLE -> json.isTextual() ? Double.valueOf(json.asText()) : json.asDouble();
            case BOOLEAN -> json.asBoolean();
            case NULL, ENUM, MAP, FIXED, BYTES, FLOAT ->
                throw new IllegalArgumentException("A decision has no " + schema.getType());
        };
    }

    private static SpecificRecord record(Schema schema, JsonNode json) {
        SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
            JsonNode given = json.path(field.name());
            if (!given.isMissingNode()) {
                record.put(field.pos(), value(field.schema(), given));
            } else if (field.hasDefaultValue()) {
                record.put(field.pos(), SpecificData.get().getDefaultValue(field));
            } else {
                throw new IllegalArgumentException("A " + schema.getName() + " has no " + field.name());
            }
        }
        return record;
    }

    private static List<Object> array(Schema schema, JsonNode json) {
        List<Object> values = new ArrayList<>(json.size());
        if (json instanceof ArrayNode) {
            json.forEach(each -> values.add(value(schema.getElementType(), each)));
        }
        return values;
    }
}
