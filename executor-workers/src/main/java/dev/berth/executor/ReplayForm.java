package dev.berth.executor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.ReplayMarks;

/**
 * How the code learns that it runs a replay: beside headers of the Runtime API, which handlers do not see, by its client context, which
 * every runtime of Lambda's hands on. Its {@code custom} has {@code berth_replay_of}, {@code berth_replay_id} and
 * {@code berth_suppress_side_effects} then, beside what the caller put there.
 */
final class ReplayForm {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReplayForm() {}

    static boolean isToSuppressSideEffects(Invocation invocation) {
        return invocation.getReplayOf() != null
                && "true".equals(invocation.getHeaders().get(ReplayMarks.SUPPRESS_SIDE_EFFECTS));
    }

    /**
     * The client context of an invocation.
     *
     * @param given by its caller; null for none
     */
    static String clientContext(Invocation invocation, String given) {
        if (invocation.getReplayOf() == null) {
            return given;
        }
        ObjectNode context = object(given);
        ObjectNode custom = context.get("custom") instanceof ObjectNode there ? there : context.putObject("custom");
        custom.put("berth_replay_of", invocation.getReplayOf());
        String replay = invocation.getHeaders().get(ReplayMarks.REPLAY_ID);
        if (replay != null) {
            custom.put("berth_replay_id", replay);
        }
        // A text, as Lambda's runtime for Java takes nothing else there.
        custom.put("berth_suppress_side_effects", Boolean.toString(isToSuppressSideEffects(invocation)));
        try {
            return JSON.writeValueAsString(context);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can be written", e);
        }
    }

    private static ObjectNode object(String json) {
        try {
            JsonNode given = json == null ? null : JSON.readTree(json);
            return given instanceof ObjectNode object ? object : JSON.createObjectNode();
        } catch (JsonProcessingException e) {
            // Its caller's own affair; the code would not have been able to read it either.
            return JSON.createObjectNode();
        }
    }
}
