package dev.berth.executor.runtimeapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * An error as a runtime reported it.
 *
 * @param payload the error object as the caller gets it
 */
record RuntimeError(String errorType, String message, Buffer payload) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_TYPE_CHARS = 256;
    private static final int MOST_MESSAGE_CHARS = 4096;

    /**
     * Reads an error object, of which nothing is certain: it comes from code.
     *
     * @param header the error's type as the header named it, or null
     */
    static RuntimeError of(String header, byte[] body) {
        String errorType = header;
        String message = "";
        boolean isObject = false;
        try {
            JsonNode error = JSON.readTree(body);
            isObject = error instanceof ObjectNode;
            if (isObject) {
                errorType = error.path("errorType").asText(header);
                message = error.path("errorMessage").asText("");
            }
        } catch (IOException e) {
            message = "The runtime reported an error that is not JSON (" + body.length + " bytes).";
        }
        errorType =
                cut(errorType == null || errorType.isEmpty() ? "Runtime.UnknownReason" : errorType, MOST_TYPE_CHARS);
        return new RuntimeError(
                errorType,
                cut(message, MOST_MESSAGE_CHARS),
                Buffer.buffer(isObject ? body : ErrorObject.json(errorType, message)));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
