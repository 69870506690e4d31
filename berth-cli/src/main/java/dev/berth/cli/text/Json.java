package dev.berth.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** JSON in and out, with one mapper. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** An empty object, whose fields keep their order. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A value on one line. */
    public static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not representable as JSON: " + value, e);
        }
    }

    /** A value as bytes on one line. */
    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not representable as JSON: " + value, e);
        }
    }

    /**
     * The value of some JSON text.
     *
     * @throws IOException if it is not JSON
     */
    public static JsonNode parse(byte[] text) throws IOException {
        JsonNode node = MAPPER.readTree(text);
        return node == null || node.isMissingNode() ? MAPPER.nullNode() : node;
    }
}
