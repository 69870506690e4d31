package dev.berth.schemas.routing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON pointer (RFC 6901) that is followed token by token, so that a large document is neither held as a tree nor read beyond
 * what is pointed at.
 */
final class JsonPointer {
    private final List<String> steps;

    private JsonPointer(List<String> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * A pointer.
     *
     * @throws IllegalArgumentException if the text is none; the message is for its writer
     */
    static JsonPointer parse(String text) {
        List<String> steps = new ArrayList<>();
        if (text.isEmpty()) {
            return new JsonPointer(steps);
        }
        if (text.charAt(0) != '/') {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a JSON pointer (RFC 6901): one starts with a slash, such as /user/id, or is empty for the whole"
                    + " payload.");
        }
        for (String step : text.substring(1).split("/", -1)) {
            steps.add(unescaped(step, text));
        }
        return new JsonPointer(steps);
    }

    /**
     * Moves the parser, which has read nothing yet, to the first token of what is pointed at. Of equal names in an object the first
     * counts.
     *
     * @return whether it is there
     * @throws IOException if the document breaks off or is no JSON before that
     */
    boolean find(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        for (String step : steps) {
            if (token == JsonToken.START_OBJECT) {
                token = member(json, step);
            } else if (token == JsonToken.START_ARRAY) {
                token = element(json, step);
            } else {
                return false;
            }
        }
        return token != null;
    }

    private static JsonToken member(JsonParser json, String name) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = json.currentName().equals(name);
            JsonToken value = json.nextToken();
            if (found) {
                return value;
            }
            json.skipChildren();
        }
        return null;
    }

    private static JsonToken element(JsonParser json, String step) throws IOException {
        int index = index(step);
        if (index < 0) {
            return null;
        }
        for (int at = 0; ; at++) {
            JsonToken value = json.nextToken();
            if (value == null || value == JsonToken.END_ARRAY) {
                return null;
            }
            if (at == index) {
                return value;
            }
            json.skipChildren();
        }
    }

    /** An array's index, which has no sign and no leading zero; -1 for what is none. */
    private static int index(String step) {
        // No payload has so many elements that ten digits are needed.
        boolean digits = !step.isEmpty()
                && step.length() < 10
                && step.chars().allMatch(c -> c >= '0' && c <= '9')
                && (step.length() == 1 || step.charAt(0) != '0');
        return digits ? Integer.parseInt(step) : -1;
    }

    private static String unescaped(String step, String whole) {
        StringBuilder plain = new StringBuilder(step.length());
        int from = 0;
        for (int tilde = step.indexOf('~'); tilde >= 0; tilde = step.indexOf('~', from)) {
            char escaped = tilde + 1 < step.length() ? step.charAt(tilde + 1) : ' ';
            if (escaped != '0' && escaped != '1') {
                throw new IllegalArgumentException("\"" + whole
                        + "\" is not a JSON pointer (RFC 6901): a ~ must be written ~0, and a / inside a name ~1.");
            }
            plain.append(step, from, tilde).append(escaped == '0' ? '~' : '/');
            from = tilde + 2;
        }
        return plain.append(step, from, step.length()).toString();
    }
}
