package dev.berth.schemas.routing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One text for JSON values that are equal: no spaces, an object's names in order of their UTF-16 units (as in RFC 8785), the
 * first of equal names, numbers by their value.
 *
 * <p>Numbers are compared as decimals, not as doubles: 1, 1.0 and 1e0 are equal, and two long ids that differ in the last digit are
 * not. RFC 8785 would make those the same.
 */
public final class CanonicalJson {
    /** Deeper than this an object or array has no canonical text: each level may copy what is in it. */
    static final int DEPTH = 100;

    // Reading a decimal takes time by the square of its length; nobody's id is longer.
    private static final int NUMBER_CHARS = 1_000;
    // A larger power of ten would be written out in zeros.
    private static final int PLAIN_DIGITS = 40;

    // Names made to collide would slow the sharing of names down.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private CanonicalJson() {}

    /** The text of a whole document; empty if it is not one JSON value, or too deep. */
    public static Optional<String> of(byte[] document) {
        try (JsonParser json = JSON.createParser(document)) {
            json.nextToken();
            String text = text(json);
            return json.nextToken() == null ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * The text of the object or array that the parser is at the start of.
     *
     * @throws IOException if it is no JSON, or too deep
     */
    static String text(JsonParser json) throws IOException {
        StringBuilder out = new StringBuilder();
        write(json, out, 0);
        return out.toString();
    }

    /** The text of a number: 1 for 1, 1.0 and 1e0; 0 for -0; 1E+50 for what would be long. */
    static String number(String text) {
        if (text.length() > NUMBER_CHARS) {
            return text;
        }
        BigDecimal value;
        try {
            value = new BigDecimal(text).stripTrailingZeros();
        } catch (ArithmeticException | NumberFormatException e) {
            // An exponent beyond an int: equal to what is written the same way.
            return text;
        }
        long digitsIfPlain = Math.max(value.precision() - (long) value.scale(), value.scale());
        return digitsIfPlain > PLAIN_DIGITS ? value.toString() : value.toPlainString();
    }

    private static void write(JsonParser json, StringBuilder out, int depth) throws IOException {
        if (depth > DEPTH) {
            throw new IOException("deeper than " + DEPTH);
        }
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IOException("it breaks off");
        }
        switch (token) {
            case START_OBJECT -> object(json, out, depth);
            case START_ARRAY -> array(json, out, depth);
            case VALUE_STRING -> string(json.getText(), out);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.append(number(json.getText()));
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> out.append(json.getText());
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IOException("not a value: " + token);
        }
    }

    private static void object(JsonParser json, StringBuilder out, int depth) throws IOException {
        Map<String, String> members = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            StringBuilder value = new StringBuilder();
            write(json, value, depth + 1);
            members.putIfAbsent(name, value.toString());
        }
        out.append('{');
        String comma = "";
        for (Map.Entry<String, String> member : members.entrySet()) {
            out.append(comma);
            string(member.getKey(), out);
            out.append(':').append(member.getValue());
            comma = ",";
        }
        out.append('}');
    }

    private static void array(JsonParser json, StringBuilder out, int depth) throws IOException {
        out.append('[');
        String comma = "";
        while (json.nextToken() != JsonToken.END_ARRAY) {
            out.append(comma);
            write(json, out, depth + 1);
            comma = ",";
        }
        out.append(']');
    }

    private static void string(String text, StringBuilder out) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }
}
