package dev.berth.gateway.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** JSON in and out, with refusals that say where a text is wrong. Thread-safe. */
public final class Json {
    // A zip of 50 MB is 67 MB of base64 in one string.
    private static final int LONGEST_STRING = 80_000_000;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_STRING)
                    .build())
            .build();
    private static final ObjectMapper PLAIN = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    // Lambda's names begin with capitals; what Berth does not know of them is left alone, as new SDKs send new fields.
    private static final ObjectMapper LAMBDA = JsonMapper.builder(FACTORY)
            .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    public static ObjectNode object() {
        return PLAIN.createObjectNode();
    }

    public static ArrayNode array() {
        return PLAIN.createArrayNode();
    }

    public static JsonNode tree(Object value) {
        return PLAIN.valueToTree(value);
    }

    /** The bytes of a value of maps, lists, scalars or nodes. */
    public static byte[] bytes(Object value) {
        try {
            return PLAIN.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a value, on one line. */
    public static String text(Object value) {
        try {
            return PLAIN.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a value, on one line, with what is not ASCII escaped. */
    public static String ascii(JsonNode value) {
        try {
            return PLAIN.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A body of Lambda's API as a record of it.
     *
     * @throws ApiException if it is not JSON or has a field of the wrong kind
     */
    public static <T> T lambda(byte[] body, Class<T> type) {
        try {
            T value = LAMBDA.readValue(body, type);
            if (value == null) {
                throw ApiError.invalidContent("The body is null; a JSON object was due.")
                        .exception();
            }
            return value;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * A body that must be one JSON object.
     *
     * @throws ApiException if it is not
     */
    public static ObjectNode parseObject(byte[] body) {
        try {
            if (PLAIN.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        throw ApiError.invalidContent("The body is not a JSON object.").exception();
    }

    /** The value that some bytes hold, if they are JSON. */
    public static Optional<JsonNode> parse(byte[] bytes) {
        try {
            return Optional.ofNullable(PLAIN.readTree(bytes)).filter(node -> !node.isMissingNode());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Checks that a payload is one JSON value, without building it.
     *
     * @throws ApiException if it is not
     */
    public static void requireValue(byte[] payload) {
        try (JsonParser parser = FACTORY.createParser(payload)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw ApiError.invalidContent("The payload is empty; a JSON value was due.")
                        .exception();
            }
            parser.skipChildren();
            // Numbers and strings are read lazily; a broken one must be found here, not in the function.
            if (first.isScalarValue()) {
                parser.getText();
            }
            if (parser.nextToken() != null) {
                throw ApiError.invalidContent(
                                "Could not parse request body into json: there is more after the first value.")
                        .exception();
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static ApiException unreadable(IOException e) {
        String why = e.getMessage();
        if (e instanceof JsonProcessingException json) {
            why = json.getOriginalMessage()
                    + (json.getLocation() == null
                            ? ""
                            : " (line " + json.getLocation().getLineNr() + ", column "
                                    + json.getLocation().getColumnNr() + ")");
        }
        return ApiError.invalidContent("Could not parse request body into json: " + why)
                .exception();
    }
}
