package dev.berth.gateway.replays.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.replay.core.DeadLetters;
import dev.berth.schemas.DeadLetter;
import dev.berth.schemas.DeadLetterHeader;
import dev.berth.schemas.Invocation;
import dev.berth.schemas.Redrive;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Dead letters as clients see them. */
public final class LetterShapes {
    private LetterShapes() {}

    /**
     * A letter in short.
     *
     * @param atMs when it was buried
     */
    public static ObjectNode summary(
            int partition, long offset, long atMs, DeadLetter letter, Optional<Redrive> redriven) {
        ObjectNode json = Json.object()
                .put("id", DeadLetters.id(partition, offset))
                .put("atMs", atMs)
                .put("reason", letter.getReason())
                .put("message", letter.getMessage());
        put(json, "function", letter.getFunction());
        put(json, "invocationId", letter.getInvocationId());
        json.put("attempts", letter.getAttempts());
        json.putObject("source")
                .put("topic", letter.getSourceTopic())
                .put("partition", letter.getSourcePartition())
                .put("offset", letter.getSourceOffset())
                .put("timestampMs", letter.getSourceTimestampMs());
        json.put("bytes", letter.getValue() == null ? 0 : letter.getValue().remaining());
        redriven.ifPresent(mark -> {
            ObjectNode redrive = json.putObject("redriven")
                    .put("replayId", mark.getReplayId())
                    .put("times", mark.getTimes())
                    .put("atMs", mark.getAtMs());
            put(redrive, "invocationId", mark.getInvocationId());
        });
        return json;
    }

    /** What a letter holds, added to its summary. */
    public static ObjectNode content(ObjectNode summary, DeadLetter letter, Optional<Invocation> invocation) {
        bytes(summary, "key", letter.getKey());
        if (!letter.getHeaders().isEmpty()) {
            ObjectNode headers = summary.putObject("headers");
            for (DeadLetterHeader header : letter.getHeaders()) {
                bytes(headers, header.getName(), header.getValue());
            }
        }
        if (letter.getTelling() != null) {
            ObjectNode telling = summary.putObject("telling")
                    .put("destination", letter.getTelling().getDestination())
                    .put("of", letter.getTelling().getSuccess() ? "success" : "failure");
            if (letter.getTelling().getReport() != null) {
                bytes(telling, "report", letter.getTelling().getReport());
            }
        }
        if (invocation.isPresent()) {
            Invocation held = invocation.get();
            ObjectNode json = summary.putObject("invocation")
                    .put("id", held.getId())
                    .put("function", held.getFunction())
                    .put("origin", held.getOrigin());
            put(json, "qualifier", held.getQualifier());
            put(json, "key", held.getRoutingValue());
            bytes(json, "payload", held.getPayload());
        } else {
            bytes(summary, "value", letter.getValue());
        }
        return summary;
    }

    /** As JSON if it is JSON, else as text, else in Base64 under a name that says so. */
    private static void bytes(ObjectNode json, String name, ByteBuffer buffer) {
        if (buffer == null) {
            json.putNull(name);
            return;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        Optional<JsonNode> value = Json.parse(bytes);
        if (value.isPresent()) {
            json.set(name, value.get());
            return;
        }
        try {
            json.put(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            json.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static void put(ObjectNode json, String name, String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
