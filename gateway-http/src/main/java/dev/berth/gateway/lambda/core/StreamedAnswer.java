package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What InvokeWithResponseStream sends after its headers: the response in chunks, then how it ended.
 *
 * <p>Berth's results cross Kafka whole, so all chunks come at the end: what callers gain is that their code for streams works.
 */
public final class StreamedAnswer {
    private static final int CHUNK_BYTES = 64 * 1024;

    private StreamedAnswer() {}

    /**
     * The messages of the stream.
     *
     * @param answer to the same invocation, not a refusal
     */
    public static List<byte[]> events(InvokeAnswer answer, Result result) {
        List<byte[]> events = new ArrayList<>();
        ObjectNode end = Json.object();
        if (answer.headers().containsKey(InvokeAnswer.FUNCTION_ERROR)) {
            end.put("ErrorCode", result.getErrorType() == null ? "Unhandled" : result.getErrorType())
                    .put("ErrorDetails", new String(answer.body(), StandardCharsets.UTF_8));
        } else {
            byte[] body = answer.body();
            for (int from = 0; from < body.length; from += CHUNK_BYTES) {
                events.add(EventStream.event(
                        "PayloadChunk",
                        "application/octet-stream",
                        body,
                        from,
                        Math.min(CHUNK_BYTES, body.length - from)));
            }
        }
        String log = answer.headers().get(InvokeAnswer.LOG_RESULT);
        if (log != null) {
            end.put("LogResult", log);
        }
        byte[] json = Json.bytes(end);
        events.add(EventStream.event("InvokeComplete", "application/json", json, 0, json.length));
        return events;
    }
}
