package dev.berth.schemas.routing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Limits;
import dev.berth.schemas.RoutingRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The routing value that a function's rule derives from a request, for an invocation that gives none.
 *
 * <p>Deriving never fails: where a rule finds nothing, or an empty text, there is no value. What is equal gives the same text, so that it lands
 * together:
 *
 * <ul>
 *   <li>JSON strings by their characters, true and false by their words, numbers by their value (1, 1.0 and 1e0 are {@code 1}; a
 *       string {@code "1"} too), objects and arrays by their canonical JSON, whatever the order of their names; null is no value
 *   <li>record keys by their text if they are UTF-8, by their bytes in lower-case hex if not
 *   <li>a value longer than {@link Limits#ROUTING_VALUE_CHARS} by its SHA-256, 64 characters of lower-case hex
 * </ul>
 */
public final class RoutingValues {
    private static final int NESTING = 1_000;

    // Names are not shared between documents: they are read once, and names made to collide would slow the sharing
    // down.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING)
                    .maxNumberLength(Limits.RECORD_BYTES)
                    .maxNameLength(Limits.RECORD_BYTES)
                    .maxStringLength(Limits.RECORD_BYTES)
                    .build())
            .build();

    private RoutingValues() {}

    /**
     * The value that a rule derives. Pure; what the invocation itself gives as routing value is not looked at.
     *
     * @param rule the function's; null is no rule
     * @param recordKey the key of the invocation's record, or null. Berth's own key for an invocation without a value,
     *     {@code tenant/function}, is none either
     * @return empty if there is nothing where the rule looks. The payload is read only up to what a pointer points at, so faults
     *     behind that are not seen; nesting beyond 1,000 levels on the way, or 100 in the value, is nothing
     */
    public static Optional<String> derive(RoutingRule rule, Invocation invocation, byte[] recordKey) {
        if (rule == null) {
            return Optional.empty();
        }
        Optional<String> value = switch (rule.getSource()) {
            case NONE -> Optional.empty();
            case TENANT -> Optional.of(invocation.getTenant());
            case HEADER -> header(invocation.getHeaders(), rule.getExpression());
            case JSON_POINTER -> pointed(rule.getExpression(), invocation.getPayload());
            case ATTRIBUTE -> attribute(invocation, rule.getExpression());
            case RECORD_KEY -> key(invocation, recordKey);
        };
        return value.filter(text -> !text.isEmpty()).map(RoutingValues::bounded);
    }

    private static Optional<String> header(Map<String, String> headers, String name) {
        String exact = headers.get(name);
        if (exact != null) {
            return Optional.of(exact);
        }
        // A map has no order: of names that differ by case the first in the alphabet counts, everywhere.
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .min(Comparator.comparing(Map.Entry::getKey))
                .map(Map.Entry::getValue);
    }

    private static Optional<String> attribute(Invocation invocation, String name) {
        // Kafka's binding of CloudEvents writes ce_, the HTTP binding ce-.
        return header(invocation.getHeaders(), "ce_" + name)
                .or(() -> header(invocation.getHeaders(), "ce-" + name))
                .or(() -> Optional.ofNullable(
                        switch (name.toLowerCase(Locale.ROOT)) {
                            case "origin" -> invocation.getOrigin();
                            case "qualifier" -> invocation.getQualifier();
                            case "parent" -> invocation.getParent();
                            case "function" -> invocation.getFunction();
                            case "tenant" -> invocation.getTenant();
                            default -> null;
                        }));
    }

    private static Optional<String> key(Invocation invocation, byte[] recordKey) {
        if (recordKey == null) {
            return Optional.empty();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(recordKey))
                    .toString();
        } catch (CharacterCodingException e) {
            return Optional.of(HexFormat.of().formatHex(recordKey));
        }
        return text.equals(Partitions.functionText(invocation)) ? Optional.empty() : Optional.of(text);
    }

    private static Optional<String> pointed(String expression, ByteBuffer payload) {
        JsonPointer pointer;
        try {
            pointer = JsonPointer.parse(expression);
        } catch (IllegalArgumentException e) {
            // Deploying refuses such a rule; whoever wrote this one on the topic by hand has no rule.
            return Optional.empty();
        }
        try (JsonParser json = parser(payload)) {
            return pointer.find(json) ? scalarOrText(json) : Optional.empty();
        } catch (IOException e) {
            // Not JSON, or too deep: the function will say so, in its own words. There is no value in it.
            return Optional.empty();
        }
    }

    private static Optional<String> scalarOrText(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        return switch (token) {
            case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> Optional.of(json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Optional.of(CanonicalJson.number(json.getText()));
            case START_OBJECT, START_ARRAY -> Optional.of(CanonicalJson.text(json));
            case VALUE_NULL, NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                Optional.empty();
        };
    }

    private static JsonParser parser(ByteBuffer payload) throws IOException {
        if (payload.hasArray()) {
            return JSON.createParser(payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
        }
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return JSON.createParser(bytes);
    }

    private static String bounded(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (value.length() <= Limits.ROUTING_VALUE_CHARS) {
            // Half of a surrogate pair does not survive a topic: it must be the same before and after.
            return new String(bytes, StandardCharsets.UTF_8);
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
