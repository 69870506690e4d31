package dev.berth.replay.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.JsonDiff;
import dev.berth.schemas.Outcome;
import dev.berth.schemas.OutcomeStatus;
import dev.berth.schemas.Result;
import dev.berth.schemas.routing.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * How the result of a replay differs from its original's. JSON is compared by value: spaces, the order of an object's names and the
 * form of numbers do not count. Failures are compared by their type and message, since stack traces hold what is chance.
 */
public final class Comparison {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Comparison() {}

    /** What became of a result. */
    public enum Kind {
        EQUAL("equal"),
        CHANGED("changed"),
        NEWLY_FAILING("newly-failing"),
        NEWLY_PASSING("newly-passing");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** For machines. */
        public String word() {
            return word;
        }
    }

    /**
     * A result, as far as it is compared.
     *
     * @param digest of what is compared, 16 bytes in Base64
     */
    public record Essence(boolean succeeded, String digest) {}

    /** What of a result is compared. */
    public static Essence essence(Outcome outcome) {
        boolean succeeded = succeeded(outcome);
        Result result = outcome.getResult();
        String compared;
        if (succeeded) {
            byte[] payload = payload(result);
            compared = CanonicalJson.of(payload).orElseGet(() -> "bytes " + digest(payload));
        } else {
            compared = result.getErrorType() + '\n' + result.getErrorMessage();
        }
        return new Essence(succeeded, digest(compared.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether an invocation came to a good end. */
    public static boolean succeeded(Outcome outcome) {
        return outcome.getStatus() == OutcomeStatus.SUCCEEDED;
    }

    /** How two results differ. */
    public static Kind kind(Essence original, Essence replayed) {
        if (original.succeeded() != replayed.succeeded()) {
            return replayed.succeeded() ? Kind.NEWLY_PASSING : Kind.NEWLY_FAILING;
        }
        return original.digest().equals(replayed.digest()) ? Kind.EQUAL : Kind.CHANGED;
    }

    /** What changes one result into the other, as a JSON Patch (RFC 6902); empty if both succeeded and one is not JSON. */
    public static Optional<JsonNode> diff(Outcome original, Outcome replayed) {
        Optional<JsonNode> before = compared(original);
        Optional<JsonNode> after = compared(replayed);
        return before.isPresent() && after.isPresent()
                ? Optional.of(JsonDiff.asJson(before.get(), after.get()))
                : Optional.empty();
    }

    /** What is compared, as JSON: what the function returned, or its error's type and message. */
    public static Optional<JsonNode> compared(Outcome outcome) {
        Result result = outcome.getResult();
        if (succeeded(outcome)) {
            return parse(payload(result));
        }
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("errorType", result.getErrorType());
        error.put("errorMessage", result.getErrorMessage());
        return Optional.of(error);
    }

    private static Optional<JsonNode> parse(byte[] bytes) {
        try {
            return Optional.ofNullable(JSON.readTree(bytes)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] payload(Result result) {
        return result.getPayload() == null ? new byte[0] : Selection.bytes(result.getPayload());
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(bytes);
            byte[] half = java.util.Arrays.copyOf(whole, 16);
            return Base64.getEncoder().withoutPadding().encodeToString(half);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
