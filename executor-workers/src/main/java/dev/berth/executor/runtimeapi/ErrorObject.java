package dev.berth.executor.runtimeapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Errors in the shape that Lambda's callers and runtimes know. */
public final class ErrorObject {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorObject() {}

    /** {@code {"errorType":...,"errorMessage":...}} in UTF-8. */
    public static byte[] json(String errorType, String message) {
        ObjectNode error = JSON.createObjectNode();
        error.put("errorType", errorType);
        error.put("errorMessage", message);
        return error.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** An error object with another message, and all else that it holds; what is none is returned as it is. */
    public static byte[] withMessage(byte[] error, String message) {
        try {
            if (JSON.readTree(error) instanceof ObjectNode object) {
                return object.put("errorMessage", message).toString().getBytes(StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return error;
        }
        return error;
    }
}
