package dev.berth.triggers.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * What a function says of the records of its batch that failed: {@code {"batchItemFailures": [{"itemIdentifier": ...}]}}. An
 * identifier is an offset, {@code "topic-partition:offset"} or {@code {"offset": N}}: a batch is of one partition. As in Lambda, nothing said is
 * success, and an answer that cannot be understood, or names a record that was not there, is the failure of all.
 */
final class ItemFailures {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonText.JSON);

    private ItemFailures() {}

    /** Those of the offsets whose records failed. */
    static Set<Long> of(byte[] response, Set<Long> all) {
        if (response == null || response.length == 0) {
            return Set.of();
        }
        JsonNode answer;
        try {
            answer = MAPPER.readTree(response);
        } catch (IOException e) {
            return all;
        }
        JsonNode failures = answer.path("batchItemFailures");
        if (answer.isNull() || failures.isNull() || (failures.isMissingNode() && answer.isObject())) {
            return Set.of();
        }
        if (!failures.isArray()) {
            return all;
        }
        Set<Long> failed = new HashSet<>();
        for (JsonNode failure : failures) {
            long offset = offset(failure.path("itemIdentifier"));
            if (!all.contains(offset)) {
                return all;
            }
            failed.add(offset);
        }
        return failed;
    }

    private static long offset(JsonNode identifier) {
        if (identifier.isObject()) {
            return offset(identifier.path("offset"));
        }
        if (identifier.isIntegralNumber()) {
            return identifier.asLong();
        }
        String text = identifier.asText("");
        try {
            return Long.parseLong(text.substring(Math.max(text.lastIndexOf(':'), text.lastIndexOf('@')) + 1));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
