package dev.berth.gateway.logs.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.Json;
import dev.berth.schemas.Limits;
import dev.berth.schemas.LogChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Chunks as lines of text. What is not UTF-8 becomes U+FFFD; control characters are left to whoever shows them. */
public final class LogLines {
    // Shorter only by the bytes of a character that did not fit.
    private static final int FULL_BYTES = Limits.LOG_CHUNK_BYTES - 3;

    private LogLines() {}

    /**
     * The lines of a chunk, each with where it comes from. Before them, if bytes were dropped, an object with {@code droppedBytes}
     * and no {@code text}. The last has {@code "continues": true} if its line goes on in the next chunk of its container.
     */
    public static List<ObjectNode> of(LogChunk chunk) {
        List<ObjectNode> lines = new ArrayList<>();
        if (chunk.getDroppedBytes() > 0) {
            lines.add(origin(chunk).put("droppedBytes", chunk.getDroppedBytes()));
        }
        ByteBuffer printed = chunk.getPrinted().duplicate();
        boolean full = printed.remaining() >= FULL_BYTES;
        while (printed.hasRemaining()) {
            int from = printed.position();
            int end = from;
            while (end < printed.limit() && printed.get(end) != '\n') {
                end++;
            }
            boolean ended = end < printed.limit();
            ObjectNode line = origin(chunk)
                    .put(
                            "text",
                            StandardCharsets.UTF_8
                                    .decode(printed.duplicate().limit(end))
                                    .toString());
            if (!ended && full) {
                line.put("continues", true);
            }
            lines.add(line);
            printed.position(ended ? end + 1 : end);
        }
        return lines;
    }

    private static ObjectNode origin(LogChunk chunk) {
        return Json.object()
                .put("atUs", chunk.getAtUs())
                .put("function", chunk.getFunction())
                .put("functionVersion", chunk.getFunctionVersion())
                .put("instanceId", chunk.getInstanceId())
                .put("containerId", chunk.getContainerId())
                .put("invocationId", chunk.getInvocationId())
                .put("attempt", chunk.getAttempt());
    }
}
