package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import dev.berth.schemas.FunctionSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a function's tags change. */
public final class TagEdits {
    private static final int MOST = 50;
    private static final int KEY_CHARS = 128;
    private static final int VALUE_CHARS = 256;

    private TagEdits() {}

    /** TagResource's body. */
    public record Request(Map<String, String> tags) {}

    /** The function with more tags; one that it has gets the new value. */
    public static FunctionSpec put(FunctionSpec spec, Request request) {
        if (request.tags() == null || request.tags().isEmpty()) {
            throw ApiError.invalidParameter("Tags is missing: an object of keys and values.")
                    .exception();
        }
        Map<String, String> tags = new HashMap<>(spec.getTags());
        tags.putAll(request.tags());
        check(spec.getName(), tags);
        return FunctionSpec.newBuilder(spec).setTags(tags).build();
    }

    /** Refuses tags that a function cannot have; null is none. */
    static void check(String function, Map<String, String> tags) {
        if (tags == null) {
            return;
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > KEY_CHARS || value == null || value.length() > VALUE_CHARS) {
                throw ApiError.invalidParameter("A tag's key has 1 to " + KEY_CHARS + " characters, its value at most "
                                + VALUE_CHARS + ".")
                        .exception();
            }
        });
        if (tags.size() > MOST) {
            throw ApiError.invalidParameter(
                            function + " would have " + tags.size() + " tags; at most " + MOST + " are allowed.")
                    .exception();
        }
    }

    /** The function without some tags; those that it has not are no error. */
    public static FunctionSpec remove(FunctionSpec spec, List<String> keys) {
        if (keys.isEmpty()) {
            throw ApiError.invalidParameter("tagKeys is missing: which tags are to go.")
                    .exception();
        }
        Map<String, String> tags = new HashMap<>(spec.getTags());
        keys.forEach(tags::remove);
        return FunctionSpec.newBuilder(spec).setTags(tags).build();
    }
}
